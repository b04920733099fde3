/**
  `interface-wait`: waits for the state of a network interface, or follows it, told by the kernel and not by polling.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "interface-wait";
  src = c.source "interface-wait" ./.;
  buildCommand = ''
    mkdir -p $out/bin
    cd $src
    $CC ${c.flags} main.c netlink.c -o $out/bin/interface-wait -s
  '';
}
