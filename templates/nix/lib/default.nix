/**
  What system.nix is written in.

  Inputs:
  - pkgs: a package set (interface.nix lists what it has)
  - outputs: the folder with the images
  - packages: name to path of the programs that the tree brings itself

  The result's `packages` are both together, by name.
*/
{
  outputs,
  packages,
  pkgs,
}:
let
  callPackage =
    path:
    let
      function = import path;
    in
    function (
      builtins.intersectAttrs (builtins.functionArgs function) (pkgs // { c = import ./c.nix; })
    );

  own = builtins.mapAttrs (_: callPackage) packages;
  available = pkgs // own;

  service = import ./services/service.nix {
    inherit pkgs;
    inherit (own) services;
    packages = available;
  };
in
{
  inherit (service) callService;
  kernel = import ./kernel/kernel.nix { inherit pkgs; };
  kernelModules = import ./kernel/kernel-modules.nix {
    inherit pkgs;
    inherit (service) callService;
  };
  packages = available;
  system = import ./system.nix {
    inherit outputs pkgs;
    inherit (own) services;
    packages = available;
  };
}
