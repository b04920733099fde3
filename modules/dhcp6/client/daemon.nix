{
  configuration,
  dhcpcd,
  interface,
  runCommand,
  services,
  sh,
  writeText,
}:
let
  callback = runCommand "dhcp6-callback" { source = ./callback.sh; } ''
    cp "$source" "$out"
    chmod 0755 "$out"
  '';
in
{
  # After a crash the lease must wait until a server has confirmed it.
  run = ''
    ${services}/bin/services stop -c "''${name%.daemon}" || :
    ifname=${sh.word (interface.output "ifname")}
    mkdir -p /run/dhcpcd/empty /run/services/state/dhcpcd
    exec ${dhcpcd}/bin/dhcpcd --nobackground --ipv6only --env "daemon=$name" \
      --config ${writeText "dhcpcd.conf" configuration} --script ${callback} "$ifname"
  '';

  # It has told the kernel not to make link-local addresses.
  finish = ''
    ifname=${sh.word (interface.output "ifname")}
    if [ -e "/proc/sys/net/ipv6/conf/$ifname" ]; then
      echo 0 > "/proc/sys/net/ipv6/conf/$ifname/addr_gen_mode"
    fi
  '';
}
