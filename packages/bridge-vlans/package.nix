/**
  `bridge-vlans`: says which VLANs a port of a bridge, or the bridge itself, is in.
*/
{ c }:
c.program {
  name = "bridge-vlans";
  src = ./.;
  uses = [ ../netlink ];
}
