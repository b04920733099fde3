{
  lib,
  interfaces,
  port,
  sh,
  writeFennel,
}:
let
  program = writeFennel "status" { mainFunction = "main"; } ./status.fnl;
in
{
  notifies = true;

  run = ''
    exec ${program}/bin/status ${sh.word port} \
      ${lib.concatMapStringsSep " " (interface: sh.word (interface.output "ifname")) interfaces}
  '';
}
