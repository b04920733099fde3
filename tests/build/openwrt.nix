/**
  A kernel of the debian set whose source has the changes of a folder that looks
  like OpenWrt's.

  # Inputs

  `openwrt`
  : that folder

  `symbols`
  : of the kernel, JSON

  `tree`
  : an emitted tree for the debian set and mipsel
*/
{
  openwrt,
  symbols,
  tree,
}:
let
  pkgs = import (tree + "/debian") {
    architecture = "mipsel";
    lock = builtins.fromJSON (builtins.readFile (tree + "/lock.json"));
  };
  changed = pkgs // {
    linuxSources.changed = pkgs.linuxSources."6.12" // {
      openwrt = builtins.path {
        name = "openwrt";
        path = openwrt;
      };
    };
  };
in
let
  kernel = import (tree + "/lib/kernel/kernel.nix") { pkgs = changed; } {
  architecture = "mips";
  image = "vmlinux";
  source = "changed";
  openwrtTarget = "ramips";
  patches = import ../../templates/nix/lib/kernel/patches/mips.nix;
  symbols = builtins.fromJSON symbols;
  };
in
kernel
// {
  hardware = import ../../templates/nix/lib/kernel/hardware.nix { inherit pkgs; } {
    inherit kernel;
    deviceTree = "ralink/board.dtb";
  };
}
