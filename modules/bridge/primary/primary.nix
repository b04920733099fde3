{
  ifname,
  sh,
}:
{
  up = ''
    ifname=${sh.word ifname}
    # A start that was cut short may have left it there.
    if [ ! -d "/sys/class/net/$ifname/bridge" ]; then
      ip link add name "$ifname" type bridge
    fi
    for setting in autoconf accept_ra; do
      echo 0 > "/proc/sys/net/ipv6/conf/$ifname/$setting"
    done
    ip link set dev "$ifname" up
    put ifname "$ifname"
  '';

  down = ''
    ifname=${sh.word ifname}
    ip link set dev "$ifname" down
    ip link del dev "$ifname"
  '';
}
