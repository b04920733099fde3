/**
  The nixpkgs package set: programs that nixpkgs cross-compiles for the board.

  lib/interface.nix lists what a package set has to have; this file provides
  that and no more.

  # Inputs

  `nixpkgs`
  : path of nixpkgs, `oldest` or later

  `system`
  : what builds: "x86_64-linux"

  `crossSystem`
  : what it builds for, as nixpkgs takes it

  `oldest`
  : the release that it must not be older than

  `packages`
  : nixpkgs names of the programs of the image

  # Example

  ```nix
  import ./nixpkgs {
    nixpkgs = <nixpkgs>;
    system = builtins.currentSystem;
    crossSystem.config = "mips-unknown-linux-musl";
    oldest = "26.05";
    packages = [ "busybox" ];
  }
  ```
*/
{
  crossSystem,
  nixpkgs,
  oldest,
  packages,
  system,
}:
let
  lib = import (nixpkgs + "/lib");

  pkgs =
    if builtins.compareVersions lib.trivial.release oldest < 0 then
      throw "liminix-gen: this nixpkgs is ${lib.trivial.release}; ${oldest} or later is needed"
    else
      import nixpkgs {
        inherit crossSystem;
        # What lib/systems does not list for a package may still be built.
        config.allowUnsupportedSystem = true;
        localSystem = { inherit system; };
        overlays = [ ];
      };

  smaller = import ./smaller.nix;

  program =
    name:
    (smaller.${name} or (package: package)) (
      pkgs.${name} or (throw "liminix-gen: this nixpkgs (${lib.version}) has no package `${name}`")
    );
in
lib.genAttrs packages program
// {
  inherit (pkgs)
    buildPackages
    lib
    runCommand
    stdenv
    writeText
    ;

  firmware = import ./firmware.nix { inherit pkgs; };

  sources = import ./sources.nix { inherit pkgs program; };

  linuxSources = import ./linux-sources.nix { inherit lib pkgs; };
}
