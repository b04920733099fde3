/**
  `forget-connections`: makes the kernel forget the connections whose answers go to an address of the router.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "forget-connections";
  src = c.source "forget-connections" ./.;
  buildCommand = ''
    mkdir -p $out/bin
    $CC ${c.flags} $src/main.c -o $out/bin/forget-connections -s
  '';
}
