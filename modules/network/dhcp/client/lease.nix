{
  interface,
  sh,
}:
let
  address = ''
    lease=$outputs.daemon
    ip=$(output "$lease/ip")
    mask=$(output "$lease/mask")
    ifname=${sh.word (interface.output "ifname")}
  '';
in
{
  up = ''
    ${address}
    set -- "$ip/$mask"
    # RFC 3021: smaller networks have no broadcast address.
    [ "$mask" -ge 31 ] || set -- "$@" broadcast +
    ip -4 address replace "$@" dev "$ifname"
    put ifname "$ifname"
    for key in ip mask subnet broadcast router routes dns domain ntpsrv lease serverid siaddr; do
      if [ -e "$lease/$key" ]; then
        read -r value < "$lease/$key"
        put "$key" "$value"
      fi
    done
    if [ -e "$lease/options" ]; then
      cp "$lease/options" "$outputs/options"
    fi
    # With the address as their source, they go with it. A route of the configuration comes first.
    set --
    if [ -e "$lease/routes" ]; then
      read -r routes < "$lease/routes"
      set -- $routes
    fi
    while [ $# -ge 2 ]; do
      via="via $2 onlink"
      [ "$2" != 0.0.0.0 ] || via=
      ip -4 route replace "$1" $via dev "$ifname" src "$ip" metric 1024 || log "no route to $1"
      shift 2
    done
    {
      if [ -e "$lease/domain" ]; then
        read -r domain < "$lease/domain"
        echo "search $domain"
      fi
      if [ -e "$lease/dns" ]; then
        read -r servers < "$lease/dns"
        for server in $servers; do
          echo "nameserver $server"
        done
      fi
    } > "$outputs/resolv.conf"
  '';

  down = ''
    ${address}
    ip -4 address del "$ip/$mask" dev "$ifname" || log "address was gone"
  '';
}
