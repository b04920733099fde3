"""Flakes, looked at by the real `nix` without a network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from attrs import evolve, frozen

from liminix_gen import process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@frozen
class Flake:
    """A flake and what stands in for its inputs: addresses, by name."""

    folder: Path
    env: Mapping[str, str]
    inputs: Mapping[str, str]

    def at(self, folder: Path) -> Flake:
        """Return another flake with the same inputs."""
        return evolve(self, folder=folder)

    def nix(self, *command: str, attribute: str = "", words: tuple[str, ...] = ()) -> str:
        """Run a command of `nix` on the flake; it may build nothing while it evaluates."""
        options = ("--offline", "--no-write-lock-file", "--no-allow-import-from-derivation")
        flake = f"path:{self.folder}{attribute and '#'}{attribute}"
        inputs = [
            word
            for name, address in self.inputs.items()
            for word in ("--override-input", name, address)
        ]
        argv = ["nix", *command, flake, *words, *options, *inputs]
        return process.run(argv, env=self.env, timeout_s=600).stdout

    def value(self, attribute: str, function: str = "value: value") -> object:
        """Return an attribute of the flake, or what a function makes of it."""
        words = ("--json", "--apply", function)
        return cast("object", json.loads(self.nix("eval", attribute=attribute, words=words)))
