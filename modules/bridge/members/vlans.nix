{
  bridge-vlans,
  primary,
  sh,
  vlans,
}:
{
  # What is plugged in meanwhile is in no VLAN.
  up = ''
    ifname=${sh.word (primary.output "ifname")}
    echo 0 > "/sys/class/net/$ifname/bridge/default_pvid"
    echo 1 > "/sys/class/net/$ifname/bridge/vlan_filtering"
    ${bridge-vlans}/bin/bridge-vlans "$ifname" self ${sh.word vlans}
  '';

  # The bridge may be gone, or stay for others.
  down = ''
    ifname=${sh.word (primary.output "ifname")}
    if [ -d "/sys/class/net/$ifname/bridge" ]; then
      echo 0 > "/sys/class/net/$ifname/bridge/vlan_filtering"
      echo 1 > "/sys/class/net/$ifname/bridge/default_pvid"
    fi
  '';
}
