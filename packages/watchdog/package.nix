/**
  `watchdog`: feeds the board's watchdog as long as services are ready.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "watchdog";
  src = c.source "watchdog" ./.;
  buildCommand = ''
    mkdir -p $out/bin
    cd $src
    $CC ${c.flags} main.c answer.c -o $out/bin/watchdog -s
  '';
}
