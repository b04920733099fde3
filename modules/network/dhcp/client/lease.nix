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
    ip -4 address replace "$ip/$mask" broadcast + dev "$ifname"
    put ifname "$ifname"
    for key in ip mask subnet broadcast router dns domain ntpsrv lease serverid siaddr; do
      if [ -e "$lease/$key" ]; then
        read -r value < "$lease/$key"
        put "$key" "$value"
      fi
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
