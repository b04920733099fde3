/**
  `logread`: prints the log that s6-log keeps, and follows it. No library but libc.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "logread";
  src = c.source "logread" ./.;
  buildCommand = ''
    mkdir -p $out/bin
    $CC ${c.flags} $src/main.c -o $out/bin/logread -s
  '';
}
