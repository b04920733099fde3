{
  interface,
  interface-wait,
  runCommand,
  sh,
}:
let
  carrier = runCommand "dhcp-carrier" { source = ./carrier.sh; } ''
    cp "$source" "$out"
    chmod 0755 "$out"
  '';
in
{
  run = ''
    exec ${interface-wait}/bin/interface-wait --follow running ${sh.word (interface.output "ifname")} \
      ${carrier} "''${name%.carrier}.daemon"
  '';
}
