"""A hundred updates that lose their power at random moments, on flash and on a disk."""

from pathlib import Path

import pytest

from tests.support.power_cut import BOARDS, check


@pytest.mark.parametrize(("device", "root"), BOARDS)
def test_at_many_moments(device: str, root: str, tmp_path: Path) -> None:
    check(device, root, tmp_path / "board", moments=34)
