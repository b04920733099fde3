/**
  `activate`: makes the files of a root that can be written equal to what an archive lists. No library but libc.
*/
{ stdenv }:
stdenv.mkDerivation {
  name = "activate";
  src = builtins.path {
    name = "activate-source";
    path = ./.;
    filter = name: type: builtins.match ".*\\.[ch]" name != null;
  };
  buildCommand = ''
    mkdir -p $out/bin
    cd $src
    $CC -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Os -Wall -Wextra -Werror -Wpedantic -Wshadow -Wconversion \
      -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef -Wcast-qual -Wwrite-strings \
      main.c archive.c tree.c -o $out/bin/activate -s
  '';
}
