/**
  `openssl-without-legacy`: for OPENSSL_MODULES of a program that ends without OpenSSL's legacy algorithms, and does not
  use them.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "openssl-without-legacy";
  src = c.source "openssl-without-legacy" ./.;
  buildCommand = ''
    mkdir -p $out/lib
    cd $src
    $CC ${c.flags} -fPIC -shared main.c -o $out/lib/legacy.so -s
  '';
}
