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
    # It listens on the interface that was there when it began; a session of PPP makes another one.
    index=
    child=
    trap '[ -z "$child" ] || kill "$child"; exit 0' TERM
    while :; do
      found=
      if ip -6 address show dev "$ifname" scope link 2> /dev/null | grep -q fe80; then
        read -r found < "/sys/class/net/$ifname/ifindex" || :
      fi
      if [ -n "$found" ] && [ "$found" != "$index" ]; then
        [ -z "$child" ] || kill "$child" 2> /dev/null || :
        [ -z "$child" ] || wait "$child" || :
        index=$found
        ${wide-dhcpv6-server}/bin/dhcp6s -f -D -c "$file" -P "/run/$name.pid" "$ifname" &
        child=$!
      fi
      sleep 0.5
    done
  '';
}
