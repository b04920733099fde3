{
  lib,
  interfaces,
  port,
  sh,
  writeFennel,
}:
let
  program = writeFennel "metrics" { mainFunction = "main"; } ./metrics.fnl;
in
{
  notifies = true;

  run = ''
    exec ${program}/bin/metrics ${sh.word port} \
      ${lib.concatMapStringsSep " " (interface: sh.word (interface.output "ifname")) interfaces}
  '';
}
