/**
  `secret-file`: publishes the first line of a file on the device, as long as it is there.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "secret-file";
  src = c.source "secret-file" ./.;
  buildCommand = ''
    mkdir -p $out/bin
    $CC ${c.flags} $src/main.c -o $out/bin/secret-file -s
  '';
}
