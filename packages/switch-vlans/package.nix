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
  buildCommand = ''
    mkdir -p $out/bin
    cd $src
    $CC ${c.flags} main.c -o $out/bin/switch-vlans -s
  '';
}
