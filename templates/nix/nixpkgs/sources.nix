/**
  What programs are compiled from, by name, as lib/interface.nix lists it.
*/
{ pkgs }:
let
  source =
    name: package:
    pkgs.runCommand "${name}-source" { inherit (package) src; } ''
      mkdir "$out"
      tar xf "$src" --no-same-owner --strip-components=1 -C "$out"
    '';
in
{
  bearssl = source "bearssl" pkgs.bearssl;

  chrony = source "chrony" pkgs.chrony;

  dnsmasq = source "dnsmasq" pkgs.dnsmasq;

  fennel = "${pkgs.buildPackages.lua54Packages.fennel}/share/lua/5.4";

  lua = source "lua" pkgs.lua5_4;

  ppp = source "ppp" pkgs.ppp;
}
