"""The power fails during an update: the board boots the old system or the new one, never neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.power_cut import BOARDS, check

if TYPE_CHECKING:
    from pathlib import Path


def test_at_three_moments(tmp_path: Path) -> None:
    device, root = BOARDS[0]
    check(device, root, tmp_path / "board", moments=3)
