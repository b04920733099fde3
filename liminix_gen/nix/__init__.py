"""Nix: text that is written, and programs that are run."""
