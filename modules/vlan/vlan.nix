{
  ifname,
  primary,
  sh,
  vid,
}:
{
  up = ''
    ifname=${sh.word ifname}
    # A start that was cut short may have left it there, with another number perhaps.
    if [ -e "/proc/net/vlan/$ifname" ]; then
      ip link del dev "$ifname"
    fi
    ip link add link ${sh.word (primary.output "ifname")} name "$ifname" type vlan id ${sh.word vid}
    put ifname "$ifname"
    ip link set dev "$ifname" up
  '';

  down = ''
    ifname=${sh.word ifname}
    # An interface that is gone took its VLANs along.
    if [ -e "/sys/class/net/$ifname" ]; then
      ip link del dev "$ifname"
    fi
  '';
}
