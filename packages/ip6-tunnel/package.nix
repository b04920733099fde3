/**
  `ip6-tunnel`: makes an interface whose IPv4 packets travel in packets of IPv6.
*/
{ c }:
c.program {
  name = "ip6-tunnel";
  src = ./.;
  uses = [ ../netlink ];
}
