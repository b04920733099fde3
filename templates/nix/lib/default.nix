/**
  What system.nix is written in.

  Inputs:
  - pkgs: a package set (interface.nix lists what it has)
  - packages: name to path of the programs that the tree brings itself

  The result's `packages` are both together, by name.
*/
{
  packages,
  pkgs,
}:
let
  c = import ./c.nix { inherit (pkgs) stdenv; };
  callPackage =
    path:
    let
      function = import path;
    in
    function (builtins.intersectAttrs (builtins.functionArgs function) (pkgs // { inherit c; }));

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
  packages = available;
  # A file of lib/ that only some routers need, called with what it takes.
  using =
    path:
    let
      function = import path;
    in
    function (
      builtins.intersectAttrs (builtins.functionArgs function) {
        inherit pkgs;
        inherit (service) callService;
      }
    );
  system = import ./system.nix {
    inherit pkgs;
    inherit (own) services;
    packages = available;
  };
}
