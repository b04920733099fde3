/**
  `activate`: makes the files of a writable root equal to what an archive lists. No library but libc.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "activate";
  src = c.source "activate" ./.;
  buildCommand = ''
    mkdir -p $out/bin
    cd $src
    $CC ${c.flags} -D_FILE_OFFSET_BITS=64 main.c archive.c tree.c -o $out/bin/activate -s
  '';
}
