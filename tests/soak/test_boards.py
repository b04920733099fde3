"""Boards that Debian serves and QEMU does not: their images are built and looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.workflow import obstacle_to_debian
from tests.support.command_line import run
from tests.support.derivations import text_for

BOARDS = [
    name
    for name, device in ((name, Catalog.of().device(name)) for name in Catalog.of().devices)
    if device.qemu is None and obstacle_to_debian(device) is None
]


@pytest.mark.proves("built", by="pytest tests/soak/test_boards.py")
@pytest.mark.parametrize("example", ["hello", "gateway"])
@pytest.mark.parametrize("board", BOARDS)
def test_its_image_is_built(board: str, example: str, tmp_path: Path) -> None:
    text = text_for(board, Path(f"examples/{example}.py").read_text())
    (tmp_path / "router.py").write_text(text)
    without = ("--without", "bookworm-security")
    run("build", "router.py", *without, cwd=tmp_path, timeout_s=3600)
    files = [file for file in (tmp_path / "result").rglob("*") if file.is_file()]
    files = files or [tmp_path / "result"]
    assert sum(file.stat().st_size for file in files) > 4_000_000
