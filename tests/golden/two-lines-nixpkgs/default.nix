# Made by liminix-gen from two-lines.py: edit that file, then run `liminix-gen emit` again.
{
  nixpkgs ? <nixpkgs>,
  system ? builtins.currentSystem,
  pkgs ? import ./nixpkgs {
    inherit nixpkgs;
    inherit system;
    crossSystem = {
      config = "mipsel-unknown-linux-musl";
      gcc = {
        abi = "32";
        arch = "mips32r2";
      };
    };
    oldest = "26.05";
    packages = [
      "busybox"
      "execline"
      "nftables"
      "s6"
    ];
  },
}:
let
  liminix = import ./lib {
    inherit pkgs;
    packages = {
      dnsmasq-small = ./packages/dnsmasq-small/package.nix;
      dropbear-small = ./packages/dropbear-small/package.nix;
      forget-connections = ./packages/forget-connections/package.nix;
      interface-listen = ./packages/interface-listen/package.nix;
      interface-wait = ./packages/interface-wait/package.nix;
      logread = ./packages/logread/package.nix;
      probe = ./packages/probe/package.nix;
      services = ./packages/services/package.nix;
      system = ./packages/system/package.nix;
    };
  };
  system = import ./system.nix { inherit liminix; };
in
{
  inherit (liminix) packages;
  inherit (system) hardware kernel;
  outputs = system.outputs // {
    default = system.outputs.vmroot;
  };
}
