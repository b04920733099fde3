/**
  For each folder of `trees`, an emitted tree, the derivations of its kernel, of the advice that its
  source gives, and of its outputs, and the symbols that the kernel's derivation holds.
*/
{ nix, tools, trees }:
let
  pkgs = import ./fake.nix { inherit nix tools; };
in
builtins.mapAttrs (
  name: _:
  let
    tree = import (trees + "/${name}") { inherit pkgs; };
  in
  {
    kernel = tree.kernel.drvPath;
    sources = tree.kernel.sources.drvPath;
    inherit (tree.kernel) symbols;
  }
  // builtins.mapAttrs (_: output: output.drvPath) tree.outputs
) (builtins.readDir trees)
