{
  primary,
  sh,
}:
{
  up = ''
    put ifname ${sh.word (primary.output "ifname")}
  '';
}
