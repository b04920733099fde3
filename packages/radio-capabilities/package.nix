/**
  `radio-capabilities`: prints what a radio can do in a band as lines for hostapd.conf.
*/
{ c }:
c.program {
  name = "radio-capabilities";
  src = ./.;
  uses = [ ../netlink ];
}
