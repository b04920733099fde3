/**
  A kernel of a source that is made up, with our changes.

  # Inputs

  `tree`
  : an emitted tree for the debian set and mipsel

  `architecture`
  : ARCH of the kernel

  `source`
  : path of a tarball

  `version`
  : what the source is taken for

  # Outputs

  `audit`
  : its .config

  `debian`
  : the tarball of Debian's kernel
*/
{
  tree,
  architecture ? "mips",
  source ? "/nowhere",
  version ? "0",
}:
let
  debian = import (tree + "/debian") {
    architecture = "mipsel";
    lock = builtins.fromJSON (builtins.readFile (tree + "/lock.json"));
  };
  pkgs = debian // {
    linuxSources.made-up = {
      inherit version;
      src = builtins.path {
        name = "linux.tar";
        path = /. + source;
      };
    };
  };
  kernel = import (tree + "/lib/kernel/kernel.nix") { inherit pkgs; } {
    inherit architecture;
    image = "vmlinux";
    source = "made-up";
    symbols = { };
    patches = if architecture == "mips" then import (tree + "/lib/kernel/patches/mips.nix") else [ ];
  };
in
{
  inherit (kernel) audit;
  debian = debian.linuxSources."6.12".src;
}
