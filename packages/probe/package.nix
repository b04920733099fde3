/**
  `probe`: asks other computers whether they answer: ping, DNS, TCP; through an interface of one's choice.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "probe";
  src = c.source "probe" ./.;
  buildCommand = ''
    mkdir -p $out/bin
    cd $src
    $CC ${c.flags} main.c target.c -o $out/bin/probe -s
  '';
}
