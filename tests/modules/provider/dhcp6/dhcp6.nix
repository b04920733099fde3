{
  configuration,
  ifname,
  interface,
  sh,
  wide-dhcpv6-server,
  writeText,
}:
{
  notifies = true;

  run = ''
    : ${sh.word (interface.output "ifname")}
    ifname=${sh.word ifname}
    file=/run/provider/$name.conf
    mkdir -p /run/provider
    [ -e "$file" ] || cp ${writeText "dhcp6s.conf" configuration} "$file"
    announce_ready
    until [ -e "/sys/class/net/$ifname" ] && ip -6 address show dev "$ifname" scope link | grep -q fe80; do
      sleep 0.3
    done
    exec ${wide-dhcpv6-server}/bin/dhcp6s -f -D -c "$file" -P "/run/$name.pid" "$ifname"
  '';
}
