/**
  A package set of derivations that nobody builds, cut down to the interface:
  what evaluates with it asks for nothing that only one of the real sets has.

  # Inputs

  `nix`
  : the folder templates/nix; the functions of `lib` are those of its debian set

  `tools`
  : what images use of the build machine, as a JSON file
*/
{ nix, tools }:
let
  named =
    name: attributes:
    derivation (
      {
        inherit name;
        system = "fake";
        builder = "/fake";
      }
      // attributes
    );

  # What programs of packages/ are compiled from, of each those.
  compiled =
    let
      folder = nix + "/../../packages";
      files = map (name: folder + "/${name}/inputs.json") (builtins.attrNames (builtins.readDir folder));
    in
    map (file: builtins.fromJSON (builtins.readFile file)) (builtins.filter builtins.pathExists files);

  packages = builtins.listToAttrs (
    map (name: {
      inherit name;
      value = named name { };
    }) (import (nix + "/lib/programs.nix"))
  );

  toolNames = builtins.fromJSON (builtins.readFile tools);

  buildPackages = builtins.listToAttrs (
    map
      (name: {
        inherit name;
        value = named name { };
      })
      (toolNames ++ [
        "bc"
        "bison"
        "dtc"
        "elfutils"
        "flex"
        "gnumake"
        "hello"
        "kmod"
        "nftables"
        "ppp"
        "perl"
        "python3"
        "util-linux"
        "xz"
      ])
  );

  cc = named "cc" { } // {
    targetPrefix = "fake-";
  };
in
import (nix + "/lib/interface.nix") {
  tools = toolNames;
  pkgs = packages // {
    # Real sets have more than the interface: nobody may find it.
    hello = named "hello" { };
    fetchurl = throw "fetchurl is not of the interface";

    lib = import (nix + "/debian/lib.nix") // {
      mkIf = throw "lib.mkIf is not of the interface";
    };
    firmware = {
      intel-ucode = named "intel-ucode" { };
      linux-firmware = named "linux-firmware" { };
      "mt7628_e2.bin" = named "mt7628_e2.bin" { };
      raspi-firmware = named "raspi-firmware" { };
      "regulatory.db" = named "regulatory.db" { };
      u-boot-sunxi = named "u-boot-sunxi" { };
    };
    linuxSources = {
      "6.12" = {
        src = named "linux.tar.xz" { };
        version = "6.12.0";
      };
      "openwrt-25.12" = {
        openwrt = named "openwrt" { };
        src = named "linux.tar.xz" { };
        version = "6.12.0";
      };
    };
    sources = builtins.mapAttrs (name: _: named name { }) (
      import (nix + "/nixpkgs/sources.nix") {
        pkgs = builtins.foldl' (all: one: all // one) { } compiled;
        program = null;
      }
    );
    runCommand =
      name: environment: text:
      named name (environment // { inherit text; });
    stdenv = {
      inherit cc;
      mkDerivation = attributes: named (attributes.name or attributes.pname) attributes;
      isLinux = true;
    };
    writeText = name: text: named name { inherit text; };
    buildPackages = buildPackages // {
      stdenv = {
        inherit cc;
      };
    };
  };
}
