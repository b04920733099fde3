/**
  The router of a tree that `liminix-gen --package-set nixpkgs emit` wrote and
  somebody committed. liminix-gen does not run: all is read from the tree, and
  from this project what a thin tree (`emit --thin`) leaves to it.

  # Inputs

  `nixpkgs`
  : what the packages are taken from: a flake's input, or a path

  `system`
  : what builds; `x86_64-linux` when it is not given

  `tree`
  : the folder of the tree, whole or thin

  # Output

  `config`
  : the manifest: services, kernel symbols, files ..., each with who asked, as
    indexes of `config.askers`

  `outputs`
  : every image of the board by its name, and `default`

  # Example

  ```nix
  packages.x86_64-linux =
    (liminix-gen.lib.mkSystem {
      inherit nixpkgs;
      tree = ./router;
    }).outputs;
  ```
*/
{
  nixpkgs,
  system ? "x86_64-linux",
  tree,
}:
let
  config = builtins.fromJSON (builtins.readFile (tree + "/manifest.json"));

  made = import tree;

  router =
    if config.package-set == "nixpkgs" then
      made (
        {
          inherit nixpkgs system;
        }
        // (if (builtins.functionArgs made) ? project then { project = ../.; } else { })
      )
    else
      throw ''
        liminix-gen: the tree of `${config.source}` takes its packages from ${config.package-set}, not from nixpkgs; write it anew with
          liminix-gen --package-set nixpkgs emit ${config.source} -o DIR
      '';
in
{
  inherit config;
  inherit (router) outputs;
}
