/**
  preinit for a compiler of the build machine.

  # Inputs

  `architecture`
  : ARCH of the kernel

  `prefix`
  : of the compiler's name: "mips-linux-gnu-"

  `lib`
  : the folder with preinit.nix

  `tree`
  : an emitted tree for the debian set and mipsel, which has the kernel source
*/
{
  architecture,
  prefix,
  tree,
  lib ? ../../templates/nix/lib/kernel,
}:
let
  debian = import (tree + "/debian") {
    architecture = "mipsel";
    lock = builtins.fromJSON (builtins.readFile (tree + "/lock.json"));
  };
  pkgs = debian // {
    stdenv = debian.stdenv // {
      cc = debian.stdenv.cc // {
        targetPrefix = prefix;
      };
    };
  };
in
import (lib + "/preinit.nix") { inherit pkgs; } {
  inherit architecture;
  linux = pkgs.linuxSources."6.12";
}
