{
  ifname,
  mtu,
  nftables,
  sh,
  writeText,
}:
let
  # Headers of IP and of TCP without options (RFC 9293 section 3.7.1). The kernel only ever lowers it.
  rules = writeText "clamp.nft" ''
    chain forward {
      type filter hook forward priority mangle; policy accept;
      oifname "${ifname}" tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
      iifname "${ifname}" meta nfproto ipv4 tcp flags & (syn | rst) == syn tcp option maxseg size set ${toString (mtu - 40)}
      iifname "${ifname}" meta nfproto ipv6 tcp flags & (syn | rst) == syn tcp option maxseg size set ${toString (mtu - 60)}
    }
  '';
in
{
  # A table of its own, beside those of a firewall.
  up = ''
    table="clamp-"${sh.word ifname}
    {
      echo "table inet $table"
      echo "delete table inet $table"
      echo "table inet $table {"
      cat ${rules}
      echo "}"
    } | ${nftables}/bin/nft -f -
  '';

  down = ''
    ${nftables}/bin/nft delete table inet "clamp-"${sh.word ifname} || log "table was gone"
  '';
}
