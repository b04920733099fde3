{
  sh,
  value,
  writeFennel,
}:
let
  program = writeFennel "follower" { mainFunction = "main"; } ./follower.fnl;
in
{
  notifies = true;

  run = ''
    mkdir -p /run/test
    exec ${program}/bin/follower ${sh.word (baseNameOf (dirOf value.output))} \
      ${sh.word (baseNameOf value.output)} /run/test/followed
  '';
}
