/**
  For each script of the build, its place in the store.
*/
{ lib }:
builtins.mapAttrs (name: _: import (lib + "/python.nix") (lib + "/python/${name}")) (
  builtins.readDir (lib + "/python")
)
