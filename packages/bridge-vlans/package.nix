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
  netlink = c.source "netlink" ../netlink;
  buildCommand = ''
    mkdir -p $out/bin
    $CC ${c.flags} -I$netlink $src/main.c $netlink/request.c -o $out/bin/bridge-vlans -s
  '';
}
