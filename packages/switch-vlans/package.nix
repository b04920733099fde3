/**
  `switch-vlans`: sets up the VLANs of a switch that a kernel of OpenWrt's drives.
*/
{ c }:
c.program {
  name = "switch-vlans";
  src = ./.;
  uses = [ ../netlink ];
}
