/**
  What runs programs in Fennel, packages/lua, from a nixpkgs. Its attribute
  `fennelrepl` is the prompt of `liminix-gen repl` for the machine that builds.
*/
{ callPackage, pkgs }:
callPackage ../packages/lua/package.nix {
  c = import ../templates/nix/lib/c.nix { inherit (pkgs) stdenv; };
  sources = import ../templates/nix/nixpkgs/sources.nix { inherit pkgs; };
}
