/**
  `interface-listen`: listens on interfaces, whatever addresses they have, and runs a program for each connection.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "interface-listen";
  src = c.source "interface-listen" ./.;
  buildCommand = ''
    mkdir -p $out/bin
    cd $src
    $CC ${c.flags} main.c -o $out/bin/interface-listen -s
  '';
}
