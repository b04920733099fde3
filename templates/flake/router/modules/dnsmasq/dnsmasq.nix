{
  lib,
  arguments,
  dnsmasq,
  domain,
  follows,
  interface,
  sh,
}:
{
  # dnsmasq writes its pid file when its sockets are open.
  run = ''
    state=/run/services/state/$name
    pid=/run/$name.pid
    ifname=${sh.word (interface.output "ifname")}
    read -r hostname < /etc/hostname
    mkdir -p "$state"
    rm -f "$pid"
    exec ${dnsmasq}/bin/dnsmasq \
      --keep-in-foreground \
      --conf-file=/dev/null \
      --log-facility=- \
      --log-dhcp \
      --no-hosts \
      --bind-dynamic \
      --except-interface=lo \
      --interface="$ifname" \
      --interface-name="$hostname".${sh.word domain},"$ifname" \
      --interface-name="$hostname,$ifname" \
      --dhcp-name-match="set:nobodys,$hostname" \
      --dhcp-name-match="set:nobodys,$hostname.*" \
      --dhcp-authoritative \
      --dhcp-leasefile="$state/leases" \
      --pid-file="$pid" \
      ${if follows then ''--resolv-file="/run/$name.upstreams/resolv.conf"'' else "--no-resolv"} \
      ${lib.concatMapStringsSep " " sh.word arguments}
  '';

  ready = ''[ -s "/run/$name.pid" ]'';
}
