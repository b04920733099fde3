/**
  `unseal`: opens what age(1) sealed for the key of the device, with the primitives of BearSSL.
*/
{
  c,
  sources,
  stdenv,
}:
stdenv.mkDerivation {
  name = "unseal";
  src = c.source "unseal" ./.;
  # Of BearSSL what is used, no more.
  primitives = [
    "codec/dec32be"
    "codec/enc32be"
    "ec/ec_c25519_i31"
    "hash/sha2small"
    "int/i31_add"
    "int/i31_decmod"
    "int/i31_encode"
    "int/i31_montmul"
    "int/i31_sub"
    "kdf/hkdf"
    "mac/hmac"
    "symcipher/chacha20_ct"
    "symcipher/poly1305_ctmul"
  ];
  buildCommand = ''
    mkdir -p $out/bin
    for one in $primitives; do
      $CC -std=c99 -Os -ffunction-sections -fdata-sections -I${sources.bearssl}/inc -I${sources.bearssl}/src \
        -c "${sources.bearssl}/src/$one.c" -o "$(basename "$one").o"
    done
    $CC ${c.flags} -isystem ${sources.bearssl}/inc $src/*.c *.o -Wl,--gc-sections -o $out/bin/unseal -s
  '';
}
