/**
  What source.py asks of a nixpkgs: where it is, its version, and which packages it lacks.

  # Inputs

  `names`
  : names of packages, a list as JSON

  `nixpkgs`
  : its path; empty: that of Nix's search path

  `oldest`
  : the oldest release that will do

  The result is empty if there is no nixpkgs. `known` holds all names if some are missing.
*/
{
  names,
  nixpkgs,
  oldest,
}:
let
  given = {
    success = true;
    value = nixpkgs;
  };
  found = if nixpkgs == "" then builtins.tryEval (toString <nixpkgs>) else given;
  lib = import (found.value + "/lib");
  pkgs = import found.value {
    config = { };
    overlays = [ ];
  };
  missing = builtins.filter (name: !(pkgs ? ${name})) (builtins.fromJSON names);
  enough = builtins.compareVersions lib.trivial.release oldest >= 0;
in
if !found.success then
  { }
else
  {
    inherit enough;
    inherit (lib) version;
    path = found.value;
    missing = if enough then missing else [ ];
    known = if enough && missing != [ ] then builtins.attrNames pkgs else [ ];
  }
