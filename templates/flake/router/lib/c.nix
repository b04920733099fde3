/**
  How packages/ compile our own C programs, as the formal `c`: a warning is an
  error.

  `flags`
  : for `$CC`

  `source`
  : `source "activate" ./.`: the C files of a folder, under a name of their own,
    so that no other file there changes the derivation
*/
{
  flags = builtins.concatStringsSep " " [
    "-std=c11"
    "-D_GNU_SOURCE"
    "-Os"
    "-Wall"
    "-Wextra"
    "-Werror"
    "-Wpedantic"
    "-Wshadow"
    "-Wconversion"
    "-Wstrict-prototypes"
    "-Wmissing-prototypes"
    "-Wformat=2"
    "-Wundef"
    "-Wcast-qual"
    "-Wwrite-strings"
  ];

  source =
    name: path:
    builtins.path {
      name = "${name}-source";
      inherit path;
      filter = file: _: builtins.match ".*\\.[ch]" file != null;
    };
}
