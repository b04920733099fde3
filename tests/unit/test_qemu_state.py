"""The disk for the state of a board, made by the real mke2fs."""

from pathlib import Path

import pytest

from liminix_gen import process
from liminix_gen.process import CommandError
from liminix_gen.qemu.state import make_disk


def test_the_disk_has_the_label_and_is_made_once(tmp_path: Path) -> None:
    disk = tmp_path / "router.state"
    make_disk(disk, "state")
    shown = process.run(["dumpe2fs", "-h", str(disk)]).stdout
    assert "Filesystem volume name:   state\n" in shown
    assert disk.stat().st_size == 16 << 20
    disk.write_bytes(b"kept")
    make_disk(disk, "state")
    assert disk.read_bytes() == b"kept"


def test_what_a_run_that_was_stopped_left_is_no_disk(tmp_path: Path) -> None:
    (tmp_path / "router.state.new").write_bytes(b"half")
    make_disk(tmp_path / "router.state", "state")
    assert [file.name for file in tmp_path.iterdir()] == ["router.state"]


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        make_disk(tmp_path / "absent/router.state", "state")
    assert "No such file or directory" in str(caught.value)
