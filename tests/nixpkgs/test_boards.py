"""Every board, with a small router and a whole one: down to the derivation of its own image."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen.catalog import Catalog
from tests.support.derivations import closure, instantiate, parsed, system_of, tree_of
from tests.support.evaluation import planned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liminix_gen import System

KERNEL = re.compile(r"-linux-\d+\.\d+\.\d+\.drv$")
BOARDS = sorted(Catalog.of().devices)
EXAMPLES = sorted(Path("examples").glob("*.py"))


def routers(board: str) -> list[System]:
    """Return the examples for a board."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            system_of(example.read_text(), Path(folder, example.stem), board)
            for example in EXAMPLES
        ]


@pytest.mark.proves("evaluated", by="make test-nixpkgs", of=routers)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
@pytest.mark.parametrize("board", BOARDS)
def test_it_evaluates(
    board: str, example: Path, tmp_path: Path, nixpkgs: Path, env: Mapping[str, str]
) -> None:
    system = system_of(example.read_text(), tmp_path, board)
    outputs = planned(system, "nixpkgs").outputs
    tree = tree_of(system, tmp_path / "tree")
    attributes = [f"outputs.{name}" for name in outputs]
    kernel, *images = instantiate(tree, nixpkgs, env, "kernel", *attributes)
    assert len(images) == len(outputs)
    everything = [closure(image, env) for image in images]

    # One kernel for the board: no image has one of its own.
    needed = frozenset[str]().union(*everything)
    assert {path for path in needed if KERNEL.search(path)} == {kernel}
    assert parsed(kernel, env).env["symbols"] == "".join(
        f"{symbol.name}={symbol.value}\n" for symbol in planned(system, "nixpkgs").symbols
    )
