/**
  What programs are compiled from: the source of a package, by its name.
  `program` is what there is of a name besides.
*/
{
  pkgs,
  program ? name: pkgs.${name},
}:
let
  source =
    name: package:
    pkgs.runCommand "${name}-source" { inherit (package) src; } ''
      mkdir "$out"
      tar xf "$src" --no-same-owner --strip-components=1 -C "$out"
    '';
in
builtins.mapAttrs source pkgs
// {
  fennel = "${pkgs.buildPackages.lua54Packages.fennel}/share/lua/5.4";

  # As it is: its libraries are programs of nixpkgs.
  hostapd = program "hostapd";

  lua = source "lua" pkgs.lua5_4;
}
