/**
  For each folder of `systems`, the derivation of every service directory of its system.nix.
*/
{ nix, packages, systems, tools }:
let
  liminix = import (nix + "/lib") {
    pkgs = import ./fake.nix { inherit nix tools; };
    packages = builtins.mapAttrs (name: _: packages + "/${name}/package.nix") (
      builtins.readDir packages
    );
  };
  services =
    name:
    import (systems + "/${name}/system.nix") {
      liminix = liminix // {
        system = { services, ... }: services;
      };
    };
in
builtins.mapAttrs (
  name: _: builtins.mapAttrs (_: service: service.directory.drvPath) (services name)
) (builtins.readDir systems)
