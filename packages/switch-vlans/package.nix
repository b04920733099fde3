/**
  `switch-vlans`: sets up the VLANs of a switch that a kernel of OpenWrt's drives.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "switch-vlans";
  src = c.source "switch-vlans" ./.;
  netlink = c.source "netlink" ../netlink;
  buildCommand = ''
    mkdir -p $out/bin
    $CC ${c.flags} -I$netlink $src/main.c $netlink/request.c -o $out/bin/switch-vlans -s
  '';
}
