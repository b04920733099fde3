/**
  liminix-gen itself.

  Neither Nix nor QEMU is put on its PATH: it drives the Nix that the user has,
  whose store and settings are the user's.
*/
{
  lib,
  attrs,
  buildPythonApplication,
  hatchling,
  networkx,
  pynixutil,
  rich,
  typer,
}:
let
  inherit (lib) fileset;

  version = builtins.match ".*\n__version__ = \"([^\"]+)\"\n.*" (
    builtins.readFile ../liminix_gen/__init__.py
  );

  # What the wheel has beside the Python package.
  wheel = (lib.importTOML ../pyproject.toml).tool.hatch.build.targets.wheel;
  shared = map (path: ../. + "/${path}") (lib.attrNames wheel.force-include);
in
buildPythonApplication {
  pname = "liminix-gen";
  version = lib.head version;
  pyproject = true;

  src = fileset.toSource {
    root = ../.;
    fileset = fileset.unions (
      [
        ../LICENSE
        ../README.md
        ../liminix_gen
        ../pyproject.toml
        ../share
      ]
      ++ shared
    );
  };

  build-system = [ hatchling ];

  dependencies = [
    attrs
    networkx
    pynixutil
    rich
    typer
  ];

  # `emit` copies templates byte for byte, and one of them is an executable script.
  dontPatchShebangs = true;

  pythonImportsCheck = [
    "liminix_gen.cli.start"
    "liminix_gen.workflow"
  ];

  meta = {
    description = "Router firmware from a typed configuration file";
    license = lib.licenses.mit;
    mainProgram = "liminix-gen";
    platforms = lib.platforms.linux;
  };
}
