"""The nixpkgs package set: hermetic, cross-compiled, for every board."""
