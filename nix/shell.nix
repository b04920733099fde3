/**
  A shell with liminix-gen's libraries, and with what its unit and golden tests
  need. Types and import layers are checked in `.venv`, which `make` fills:
  nixpkgs lacks import-linter.
*/
{
  liminix-gen,
  mkShell,
  python3Packages,
  ruff,
}:
mkShell {
  inputsFrom = [ liminix-gen ];

  packages = [
    python3Packages.hypothesis
    python3Packages.pytest
    python3Packages.pytest-xdist
    python3Packages.tree-sitter
    python3Packages.tree-sitter-grammars.tree-sitter-nix
    ruff
  ];
}
