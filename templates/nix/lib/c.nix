/**
  How packages/ compile C programs of this project, as the formal `c`: a warning
  is an error.

  `flags`
  : for `$CC`

  `source`
  : `source "activate" ./.`: the C files of a folder, under a name of their own,
    so that no other file there changes the derivation

  `program`
  : `program { name = "cake"; src = ./.; uses = [ ../netlink ]; }`: a program of
    all C files of a folder, and of those that it uses. `options` are more of `flags`.
*/
{ stdenv }:
rec {
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

  program =
    {
      name,
      src,
      uses ? [ ],
      options ? "",
    }:
    stdenv.mkDerivation {
      inherit name;
      folders = map (folder: source (baseNameOf folder) folder) ([ src ] ++ uses);
      buildCommand = ''
        mkdir -p $out/bin
        set --
        for folder in $folders; do
          set -- "$@" -I$folder $folder/*.c
        done
        $CC ${flags} ${options} "$@" -o $out/bin/${name} -s
      '';
    };
}
