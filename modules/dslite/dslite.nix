{
  aftr,
  ifname,
  interface,
  ip6-tunnel,
  mtu,
  sh,
}:
{
  notifies = true;

  # It is ready when the name of the other end has an address, however long that takes.
  run = ''
    watch_changes
    : ${sh.word (interface.output "ifname")}
    ifname=${sh.word ifname}
    aftr=${sh.word aftr}
    # A start that was cut short may have left it there.
    if [ -e "/sys/class/net/$ifname" ]; then
      ip link del dev "$ifname"
    fi
    while :; do
      sleep 5 &
      waiter=$!
      code=0
      end=$(${ip6-tunnel}/bin/ip6-tunnel "$ifname" ${sh.word mtu} "$aftr") || code=$?
      [ "$code" = 3 ] || break
      put problem "the AFTR $aftr has no address"
      wait "$waiter" || :
    done
    end_wait
    [ "$code" = 0 ] || exit "$code"
    rm -f "$outputs/problem"
    put ifname "$ifname"
    # The first of the eight addresses is the AFTR's, the second is free for the router (RFC 6333 section 5.7).
    ip -4 address add 192.0.0.2/29 dev "$ifname"
    ip link set dev "$ifname" up
    put router 0.0.0.0
    put end "$end"
    announce_ready
    follow_changes :
  '';

  finish = ''
    ifname=${sh.word ifname}
    if [ -e "/sys/class/net/$ifname" ]; then
      ip link del dev "$ifname"
    fi
  '';
}
