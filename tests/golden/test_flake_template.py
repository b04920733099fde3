"""The template of the flake: its router/ is, byte for byte, the thin tree that its router.py gives.

``make golden`` writes it anew.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen.nix import tree
from tests.support.steps import prepare

if TYPE_CHECKING:
    from liminix_gen.nix.tree import Tree

TEMPLATE = Path("templates/flake")


@pytest.fixture(scope="module")
def emitted() -> Tree:
    """What `liminix-gen --package-set nixpkgs emit --thin` writes."""
    return prepare(TEMPLATE / "router.py", package_set="nixpkgs", thin=True).tree


def files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if not file.is_dir() and "__pycache__" not in file.parts
    }


def test_the_tree_is_thin(emitted: Tree) -> None:
    assert emitted.keys() == {"default.nix", "manifest.json", "system.nix"}


def test_the_tree_is_what_the_configuration_gives(emitted: Tree) -> None:
    kept = TEMPLATE / "router"
    if os.environ.get("LIMINIX_GEN_WRITE_GOLDEN"):
        shutil.rmtree(kept, ignore_errors=True)
        tree.write(emitted, kept)
    assert files(kept) == dict(emitted)


def test_nothing_else_lies_in_the_template() -> None:
    beside = {path for path in files(TEMPLATE) if not path.startswith("router/")}
    assert beside == {"flake.nix", "router.py"}
