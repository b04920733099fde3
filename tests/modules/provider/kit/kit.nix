{ sh }:
{
  up = ''
    : ${sh.word "ready"}
  '';
}
