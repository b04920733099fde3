/**
  `cake`: sets up sch_cake for what an interface sends and receives; tc(8) would bring nine libraries.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "cake";
  src = c.source "cake" ./.;
  netlink = c.source "netlink" ../netlink;
  buildCommand = ''
    mkdir -p $out/bin
    $CC ${c.flags} -I$netlink $src/main.c $netlink/request.c -o $out/bin/cake -s
  '';
}
