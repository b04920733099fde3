{
  addresses,
  interface,
  lib,
  sh,
  runCommand,
}:
let
  who = runCommand "internet" { } ''
    mkdir -p $out/cgi-bin
    printf '#!/bin/sh\necho\necho "$REMOTE_ADDR"\n' > $out/cgi-bin/who
    chmod 755 $out/cgi-bin/who
  '';
in
{
  run = ''
    : ${sh.word (interface.output "ifname")}
    ${lib.concatMapStrings (address: ''
      ip address replace ${sh.word address} dev lo
    '') addresses}
    exec busybox httpd -f -p 80 -h ${who}
  '';
}
