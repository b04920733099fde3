# Made by liminix-gen from home.py: edit that file, then run `liminix-gen emit` again.
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
      "dhcpcd"
      "execline"
      "nftables"
      "s6"
      "wireguard-tools"
    ];
  },
}:
let
  liminix = import ./lib {
    inherit pkgs;
    packages = {
      bridge-vlans = ./packages/bridge-vlans/package.nix;
      cake = ./packages/cake/package.nix;
      dnsmasq-small = ./packages/dnsmasq-small/package.nix;
      dropbear-small = ./packages/dropbear-small/package.nix;
      interface-listen = ./packages/interface-listen/package.nix;
      interface-wait = ./packages/interface-wait/package.nix;
      logread = ./packages/logread/package.nix;
      pppd = ./packages/pppd/package.nix;
      secret-file = ./packages/secret-file/package.nix;
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
