/**
  The tree of a board whose kernel needs OpenWrt's changes, with the compiler of
  the debian set and OpenWrt's source from a folder: `kernel`, and `hardware`,
  which holds it against the board's device tree.

  # Inputs

  `prefix`
  : of the names of the cross compiler's tools

  `linux`, `sha256`, `version`
  : the kernel's source, a tarball

  `lock`
  : of the debian set, for mipsel: what the build machine's tools are

  `openwrt`
  : OpenWrt's source, a folder

  `tree`
  : an emitted tree of the board
*/
{
  linux,
  lock,
  openwrt,
  prefix,
  sha256,
  tree,
  version,
}:
let
  debian = import ../../templates/nix/debian {
    architecture = "mipsel";
    lock = builtins.fromJSON (builtins.readFile lock);
  };
in
import (tree + "/default.nix") {
  pkgs = debian // {
    stdenv = debian.stdenv // {
      cc = debian.stdenv.cc // {
        targetPrefix = prefix;
      };
    };
    linuxSources."openwrt-25.12" = {
      inherit version;
      src = builtins.path {
        name = "linux-${version}.tar.xz";
        path = linux;
        recursive = false;
        inherit sha256;
      };
      # Nothing else of it makes a kernel.
      openwrt = builtins.path {
        name = "openwrt";
        path = openwrt;
        filter =
          path: _:
          builtins.match ".*/target(/linux(/(ath79|generic|mediatek|ramips)(/.*)?)?)?" path != null;
      };
    };
  };
}
