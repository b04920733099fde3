"""The parts of a system, built for real on the debian set: one by one, without kernel and image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liminix_gen.debian.settings import nix_environment
from liminix_gen.events import unheard
from liminix_gen.nix.build import build_attribute
from liminix_gen.nix.verbs import Nix
from tests.support.emission import fetched
from tests.support.evaluation import unpack

if TYPE_CHECKING:
    from pathlib import Path

    from liminix_gen.workflow.emit import Prepared


def parts(ready: Prepared, folder: Path) -> Path:
    """Write the tree of a system, whose attributes are its services and packages; return where."""
    fetched(ready)
    tree = unpack(ready.tree, folder)
    file = tree / "default.nix"
    text = file.read_text(encoding="utf-8")
    for before, after in (
        (
            "inherit liminix;",
            "liminix = liminix // { system = given: given // { outputs = { }; }; };",
        ),
        (
            "inherit (system) hardware kernel;",
            "inherit (system) services;",
        ),
    ):
        assert before in text
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")
    return tree


def built(tree: Path, attribute: str) -> Path:
    """Build one of them. Raises ExpressionError, DerivationError."""
    return build_attribute(Nix(environ=nix_environment()), tree, attribute, {}, unheard)
