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

  # It is ready when the name of the other end has an address and there is a way to it, however long that takes.
  run = ''
    watch_changes
    : ${sh.word (interface.output "ifname")}
    ifname=${sh.word ifname}
    aftr=${sh.word aftr}
    # A start that was cut short may have left it there.
    remove_interface "$ifname"
    while :; do
      sleep 5 &
      waiter=$!
      code=0
      ends=$(${ip6-tunnel}/bin/ip6-tunnel "$ifname" ${sh.word mtu} "$aftr") || code=$?
      case $code in
      3) put problem "the AFTR $aftr has no address" ;;
      4) put problem "there is no way to the AFTR $aftr" ;;
      *) break ;;
      esac
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
    end=''${ends% *}
    own=''${ends#* }
    put end "$end"
    announce_ready
    # With another address of its own the router makes another tunnel.
    follow() {
      found=$(ip -6 route get "$end" 2> /dev/null) || return 0
      case $found in
      *" src $own "*) ;;
      *" src "*)
        log "the router's address has changed"
        exit 1
        ;;
      esac
    }
    follow_changes follow
  '';

  finish = ''
    ifname=${sh.word ifname}
    remove_interface "$ifname"
  '';
}
