{
  lib,
  families,
}:
let
  write =
    value:
    lib.concatMapStrings (family: ''
      echo ${value} > /proc/sys/net/${family}/conf/all/forwarding
    '') families;
in
{
  up = write "1";
  down = write "0";
}
