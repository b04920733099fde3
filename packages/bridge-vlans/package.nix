/**
  `bridge-vlans`: says which VLANs a port of a bridge, or the bridge itself, is in.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "bridge-vlans";
  src = c.source "bridge-vlans" ./.;
  buildCommand = ''
    mkdir -p $out/bin
    cd $src
    $CC ${c.flags} main.c -o $out/bin/bridge-vlans -s
  '';
}
