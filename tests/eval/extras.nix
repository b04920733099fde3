/**
  What the debian package set of a tree has and the interface has not, by the name of the set in it.
*/
{ nix, tree }:
let
  pkgs = import (tree + "/debian") {
    lock = builtins.fromJSON (builtins.readFile (tree + "/lock.json"));
    architecture = "mipsel";
  };
  interface = import (nix + "/lib/interface.nix") {
    inherit pkgs;
    tools = [ ];
  };
  extras = there: listed: builtins.attrNames (removeAttrs there (builtins.attrNames listed));
  # The listed ones that are there to be looked at.
  reachable = builtins.all (name: (builtins.tryEval interface.lib.${name}).success) (
    builtins.attrNames interface.lib
  );
in
{
  lib = extras pkgs.lib interface.lib;
  set = extras pkgs interface;
  stdenv = extras pkgs.stdenv interface.stdenv;
  complete = reachable;
}
