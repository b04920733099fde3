/**
  Kernels by name: those that nixpkgs pins by their series, and those that
  OpenWrt's releases are made for, with OpenWrt's source. kernel.nix applies
  its patches.

  # Type

  { lib, pkgs } -> AttrsOf { src, version, openwrt ? }
*/
{
  lib,
  pkgs,
}:
let
  inherit (pkgs.buildPackages) fetchFromGitHub fetchurl;

  pinned = series: {
    inherit (pkgs.buildPackages.${"linux_" + lib.replaceStrings [ "." ] [ "_" ] series}) src version;
  };
in
{
  "6.12" = pinned "6.12";

  "openwrt-25.12" = rec {
    version = "6.12.85";

    src = fetchurl {
      url = "mirror://kernel/linux/kernel/v6.x/linux-${version}.tar.gz";
      hash = "sha256-bRV7pa8ZHuWf7oSy4VZzqqjuI0emK1Vjr1wnmjg4M+s=";
    };

    openwrt = fetchFromGitHub {
      owner = "openwrt";
      repo = "openwrt";
      tag = "v25.12.3";
      hash = "sha256-POlPwrWHH6UPO6I0O9baFED7959vPkuoL1cZITktG9k=";
    };
  };
}
