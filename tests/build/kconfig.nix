/**
  What Kconfig makes of sets of symbols, in the whole source of a kernel and in
  what it reads of that.

  # Inputs

  `tree`
  : an emitted tree for the debian set and mipsel

  `sets`
  : path of a folder with files of NAME=value lines

  # Outputs

  `whole`, `reused`
  : for each set NAME: NAME.config, and NAME.log, the audit's lines
*/
{ tree, sets }:
let
  pkgs = import (tree + "/debian") {
    architecture = "mipsel";
    lock = builtins.fromJSON (builtins.readFile (tree + "/lock.json"));
  };
  kernel = tree + "/lib/kernel";
  inherit
    (import (kernel + "/kernel.nix") { inherit pkgs; } {
      architecture = "mips";
      image = "vmlinux";
      source = "6.12";
      patches = import (kernel + "/patches/mips.nix");
      symbols = { };
    })
    steps
    ;

  given = builtins.path {
    path = sets;
    name = "sets";
  };

  made =
    name: begin:
    pkgs.runCommand "kconfig-${name}" steps.environment ''
      ${begin}${steps.kbuild}
      mkdir "$out"
      for set in ${given}/*; do
        symbolsPath=$set
        rm -f .config
        if (
          set -eu
          ${steps.configure}
        ) 2>../said; then
          ! grep '^liminix-gen-audit: ' ../said || exit 1
        fi
        grep '^liminix-gen-audit: ' ../said >"$out/''${set##*/}.log" || :
        cp .config "$out/''${set##*/}.config"
      done
    '';
in
{
  whole = made "whole" steps.unpacked;
  reused = made "reused" steps.reused;
}
