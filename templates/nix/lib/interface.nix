/**
  What a package set has to have, and all that lib/, modules/ and packages/ may
  use of one. Given a set, the result holds these attributes and no other, so
  evaluating against it shows any use of something that only one set has.

  `lib`
  : functions of nixpkgs' lib, with their meaning there

  `runCommand`, `writeText`
  : as in nixpkgs; made with tools of the build machine

  A builder of any of these may call `patchShebangs FOLDER`, for a sandbox that
  lacks /usr/bin/env.

  `stdenv.mkDerivation`
  : with a `buildCommand`; `$CC`, `$AR`, `$STRIP` ... make programs for the
    device. `stdenv.cc.targetPrefix` goes before the names of the cross tools,
    and `stdenv.cc` in `nativeBuildInputs` provides them.

  `buildPackages`
  : tools that run on the build machine, by nixpkgs name, for
    `nativeBuildInputs`; their programs are found by PATH, never as
    "''${buildPackages.x}/bin/y"

  `firmware`
  : sources of firmware by name, for packages/*-firmware: "linux-firmware" and
    "intel-ucode" are trees, and so are boot loaders: "raspi-firmware", and
    "u-boot-FAMILY" with a folder for each board. Any other is a file. A set has
    those that it can provide.

  `linuxSources`
  : kernels by name, each with `src`, its tarball, and `version`; those named
    openwrt-RELEASE also with `openwrt`, that release's source. A set has those
    that it can provide.

  `sources`
  : what packages/ compile besides their own files, by the name that the authors give it: a tree
    of the source each, and `fennel`, a folder with the compiler, fennel.lua. A set has those that
    it can provide.

  everything else
  : programs of the device, by nixpkgs name; each has bin/, and busybox a link
    there for every applet. A set has those that it can provide.

  # Inputs

  `pkgs`
  : the set

  `tools`
  : names in `buildPackages` that images use: what their output.py declare

  # Type

  { pkgs, tools } -> PackageSet

  # Example

  ```nix
  import ./lib {
    pkgs = import ./lib/interface.nix {
      inherit pkgs;
      tools = [ "dtc" ];
    };
    outputs = ./outputs;
    packages = { };
  }
  ```
*/
{
  pkgs,
  tools,
}:
let
  # The attributes of `set` with these names; one that is absent is an error
  # only where it is used.
  only =
    names: set:
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = set.${name};
      }) names
    );

  # Those of them that the set has.
  available = names: set: only (builtins.filter (name: builtins.hasAttr name set) names) set;
in
available (
  import ./programs.nix
  ++ [
    "firmware"
    "sources"
  ]
) pkgs
// only [
  "linuxSources"
  "runCommand"
  "writeText"
] pkgs
// {
  lib = only [
    "all"
    "any"
    "assertMsg"
    "attrNames"
    "attrValues"
    "boolToString"
    "concatLines"
    "concatLists"
    "concatMap"
    "concatMapAttrs"
    "concatMapStrings"
    "concatMapStringsSep"
    "concatStrings"
    "concatStringsSep"
    "elem"
    "elemAt"
    "escapeShellArg"
    "escapeShellArgs"
    "filter"
    "filterAttrs"
    "flatten"
    "foldl'"
    "genAttrs"
    "genList"
    "hasAttr"
    "hasPrefix"
    "hasSuffix"
    "head"
    "imap0"
    "imap1"
    "intersectAttrs"
    "isAttrs"
    "isBool"
    "isInt"
    "isList"
    "isString"
    "last"
    "length"
    "listToAttrs"
    "mapAttrs"
    "mapAttrs'"
    "mapAttrsToList"
    "match"
    "nameValuePair"
    "optional"
    "optionalAttrs"
    "optionalString"
    "optionals"
    "range"
    "removePrefix"
    "removeSuffix"
    "replaceStrings"
    "sort"
    "splitString"
    "stringLength"
    "substring"
    "tail"
    "unique"
  ] pkgs.lib;

  stdenv = only [
    "cc"
    "mkDerivation"
  ] pkgs.stdenv;

  buildPackages =
    only [
      "bc"
      "bison"
      "dtc"
      "elfutils"
      "flex"
      "gnumake"
      "kmod"
      "nftables"
      "perl"
      "python3"
      "util-linux"
      "xz"
    ] pkgs.buildPackages
    // only tools pkgs.buildPackages
    // {
      stdenv = only [ "cc" ] pkgs.buildPackages.stdenv;
    };
}
