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
  netlink = c.source "netlink" ../netlink;
  buildCommand = ''
    mkdir -p $out/bin
    $CC ${c.flags} -I$netlink $src/main.c $netlink/request.c -o $out/bin/forget-connections -s
  '';
}
