# Made by liminix-gen from router.py: edit that file, then run `liminix-gen emit` again.
{
  project ? throw "liminix-gen: this tree takes its library from liminix-gen: build it by lib.mkSystem of that flake, or with --arg project and the folder of liminix-gen's source",
  nixpkgs ? <nixpkgs>,
  system ? builtins.currentSystem,
  pkgs ? import (project + "/templates/nix/nixpkgs") {
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
      "s6"
    ];
  },
}:
let
  liminix = import (project + "/nix/pinned.nix") {
    inherit pkgs;
    folders = [
      "modules/base/hostname"
      "modules/base/klog"
      "modules/base/loopback"
      "modules/base/sysctl"
      "modules/dnsmasq"
      "modules/network/address"
      "modules/network/link"
      "outputs/device_tree"
      "outputs/kernel_image"
      "outputs/kexecboot"
      "outputs/squashfs"
      "outputs/tftpboot"
      "outputs/vmroot"
      "packages/dnsmasq-small"
      "packages/interface-wait"
      "packages/logread"
      "packages/services"
      "packages/system"
      "templates/nix/lib"
      "templates/nix/nixpkgs"
    ];
    hash = "57bc43cb1bf352bb7655bfc0fd07ab32";
    packages = {
      dnsmasq-small = project + "/packages/dnsmasq-small/package.nix";
      interface-wait = project + "/packages/interface-wait/package.nix";
      logread = project + "/packages/logread/package.nix";
      services = project + "/packages/services/package.nix";
      system = project + "/packages/system/package.nix";
    };
    source = "router.py";
    version = "0.1.0";
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
