# Made by liminix-gen from gateway.py: edit that file, then run `liminix-gen emit` again.
{
  pkgs ? import ./debian {
    architecture = "mipsel";
    lock = builtins.fromJSON (builtins.readFile ./lock.json);
    inputs = ./debian/inputs.nix;
  },
}:
let
  liminix = import ./lib {
    inherit pkgs;
    packages = {
      chrony-small = ./packages/chrony-small/package.nix;
      dnsmasq-small = ./packages/dnsmasq-small/package.nix;
      dropbear-small = ./packages/dropbear-small/package.nix;
      interface-listen = ./packages/interface-listen/package.nix;
      interface-wait = ./packages/interface-wait/package.nix;
      logread = ./packages/logread/package.nix;
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
