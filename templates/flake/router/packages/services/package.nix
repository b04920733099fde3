/**
  The programs that run the services of a device: `serviced` (manager), `services` (its client) and `pause` (what a
  oneshot becomes once its work is done). No library but libc.
*/
{ stdenv }:
let
  warnings = builtins.concatStringsSep " " [
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
in
stdenv.mkDerivation {
  name = "services";
  src = builtins.path {
    name = "services-source";
    path = ./.;
    filter = name: type: builtins.match ".*\\.[ch]" name != null;
  };
  buildCommand = ''
    mkdir -p $out/bin
    compile() {
      program=$1
      shift
      $CC -std=c11 -D_GNU_SOURCE -Os ${warnings} "$@" -o $out/bin/$program -s
    }
    cd $src
    compile serviced main.c manager.c decide.c orders.c describe.c marks.c outputs.c control.c s6.c graph.c nearest.c message.c
    compile services client.c
    # Without libc where it can be.
    compile pause -nostdlib -static pause.c || compile pause -DWITH_LIBC pause.c
  '';
}
