/**
  `ip6-tunnel`: makes an interface whose IPv4 packets travel in packets of IPv6.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "ip6-tunnel";
  src = c.source "ip6-tunnel" ./.;
  netlink = c.source "netlink" ../netlink;
  buildCommand = ''
    mkdir -p $out/bin
    $CC ${c.flags} -I$netlink $src/main.c $netlink/request.c -o $out/bin/ip6-tunnel -s
  '';
}
