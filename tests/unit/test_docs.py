"""The pages that are made from the models are as they would be made now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from liminix_gen.catalog import Catalog
from tests.docs import PAGE, README, pages

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("path", [README, PAGE], ids=lambda path: path.name)
def test_it_is_as_it_would_be_made(path: Path) -> None:
    assert path.read_text() == pages()[path], "run `make docs`"


def test_every_board_is_in_both() -> None:
    for board in Catalog.of().devices:
        assert f"| [{board}](docs/boards.md#{board}) |" in README.read_text()
        assert f"\n## {board}\n" in PAGE.read_text()
