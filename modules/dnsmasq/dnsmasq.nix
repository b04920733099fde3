{
  lib,
  arguments,
  blocked,
  constructed,
  dnsmasq ? dnsmasq-small,
  dnsmasq-small ? dnsmasq,
  domain,
  follows,
  interface,
  runCommand,
  sh,
  signed,
}:
let
  # A name with a server that is nowhere does not exist, nor does what is below it.
  blockList = runCommand "blocked-names" {
    servers = lib.concatMapStrings (name: "server=/${name}/\n") blocked;
    passAsFile = [ "servers" ];
  } ''
    cp "$serversPath" "$out"
    set -- $(wc -lc < "$out")
    echo "dnsmasq: $1 names are blocked, a list of $(( ($2 + 1023) / 1024 )) kB"
  '';
in
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
      ${lib.optionalString (blocked != [ ]) "--servers-file=${blockList}"} \
      ${lib.optionalString signed ''--dnssec-timestamp="$state/time-is-later"''} \
      ${
        lib.optionalString (constructed != null)
          ''--dhcp-range="${builtins.elemAt constructed 0},constructor:$ifname,${builtins.elemAt constructed 1}"''
      } \
      ${if follows then ''--resolv-file="/run/$name.upstreams/resolv.conf"'' else "--no-resolv"} \
      ${lib.concatMapStringsSep " " sh.word arguments}
  '';

  ready = ''[ -s "/run/$name.pid" ]'';
}
