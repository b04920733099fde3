{
  lib,
  interface,
  settings,
  sh,
  solicits,
}:
{
  up = ''
    ifname=${sh.word (interface.output "ifname")}
    cd "/proc/sys/net/ipv6/conf/$ifname"
    ${lib.concatStrings (
      lib.mapAttrsToList (setting: value: ''
        echo ${sh.word value} > ${sh.word setting}
      '') settings
    )}
    cd "$OLDPWD"
    put ifname "$ifname"
    ${lib.optionalString solicits ''
      # The kernel asks for advertisements when the interface gets its link-local address, which was
      # before it was to listen to them. Who has one yet gets it once more (addrconf_dad_completed()).
      # On PPP the address also names the other end, which busybox does not know of: it is left alone, and the other
      # end says who it is when a session begins.
      ip -6 -o address show dev "$ifname" scope link | while read -r _ _ _ address _; do
        case $address in
        */64)
          ip -6 address del "$address" dev "$ifname"
          ip -6 address add "$address" dev "$ifname"
          ;;
        esac
      done
    ''}
  '';

  # What was learnt goes with it.
  down = ''
    ifname=${sh.word (interface.output "ifname")}
    cd "/proc/sys/net/ipv6/conf/$ifname" || return 0
    echo 0 > accept_ra
    echo 0 > autoconf
    ${lib.optionalString solicits ''
      # One that is not of a network is a lease of DHCPv6, and another service's.
      ip -6 -o address show dev "$ifname" scope global | while read -r _ _ _ address words; do
        case "$address $words" in
        */128\ *) ;;
        *dynamic*) ip -6 address del "$address" dev "$ifname" ;;
        esac
      done
      # Only what an advertisement or a lease gave has an end.
      ip -6 route show | while read -r target words; do
        case " $words" in
        *" dev $ifname "*expires*)
          metric=''${words##*metric }
          ip -6 route del "$target" dev "$ifname" metric "''${metric%% *}"
          ;;
        esac
      done
    ''}
  '';
}
