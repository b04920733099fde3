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
    ifname=${sh.word (interface.output "ifname")}
    exec ${interface-wait}/bin/interface-wait --follow running "$ifname" \
      ${carrier} "''${name%.carrier}.daemon" "$ifname"
  '';
}
