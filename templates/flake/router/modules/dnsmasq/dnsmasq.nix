{
  lib,
  arguments,
  dnsmasq,
  follows,
  interface,
  sh,
}:
{
  # dnsmasq writes its pid file when its sockets are open.
  run = ''
    state=/run/services/state/$name
    pid=/run/$name.pid
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
      --interface=${sh.word (interface.output "ifname")} \
      --dhcp-authoritative \
      --dhcp-leasefile="$state/leases" \
      --pid-file="$pid" \
      ${if follows then ''--resolv-file="/run/$name.upstreams/resolv.conf"'' else "--no-resolv"} \
      ${lib.concatMapStringsSep " " sh.word arguments}
  '';

  ready = ''[ -s "/run/$name.pid" ]'';
}
