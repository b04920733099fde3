/**
  What programs are compiled from, by name, as lib/interface.nix lists it.
*/
{ pkgs }:
{
  fennel = "${pkgs.buildPackages.lua54Packages.fennel}/share/lua/5.4";

  lua = pkgs.runCommand "lua-source" { src = pkgs.lua5_4.src; } ''
    mkdir "$out"
    tar xf "$src" --no-same-owner --strip-components=1 -C "$out"
  '';
}
