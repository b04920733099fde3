/**
  `interface-wait`: waits for the state of a network interface, or follows it, told by the kernel and not by polling.
*/
{ stdenv }:
stdenv.mkDerivation {
  name = "interface-wait";
  src = builtins.path {
    name = "interface-wait-source";
    path = ./.;
    filter = name: type: builtins.match ".*\\.[ch]" name != null;
  };
  buildCommand = ''
    mkdir -p $out/bin
    cd $src
    $CC -std=c11 -D_GNU_SOURCE -Os -Wall -Wextra -Werror -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
      -Wmissing-prototypes -Wformat=2 -Wundef -Wcast-qual -Wwrite-strings \
      main.c netlink.c -o $out/bin/interface-wait -s
  '';
}
