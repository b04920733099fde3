/**
  A shell with liminix-gen's libraries, and with what formats, checks and tests
  it. Import layers are checked in `.venv`, which `make` fills: nixpkgs lacks
  import-linter.
*/
{
  basedpyright,
  git,
  liminix-gen,
  mkShell,
  nixfmt,
  pre-commit,
  python3Packages,
  qemu,
  ruff,
  s6,
  shellcheck,
}:
mkShell {
  inputsFrom = [ liminix-gen ];

  packages = [
    basedpyright
    git
    nixfmt
    pre-commit
    python3Packages.hypothesis
    python3Packages.mypy
    python3Packages.pytest
    python3Packages.pytest-xdist
    python3Packages.tree-sitter
    python3Packages.tree-sitter-grammars.tree-sitter-nix
    qemu
    ruff
    s6
    shellcheck
  ];
}
