"""Files of the user's are written whole or not at all; temporary folders are gone with their block.

Members: a full disk, with and without an old file; a link, also one that leads nowhere; a pipe; a
mode that the user gave; an interruption while a folder is removed; no TMPDIR, and a full one.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from liminix_gen import files, process
from liminix_gen.errors import ConfigurationError
from tests.support.namespaces import with_own_mounts

if TYPE_CHECKING:
    from types import FrameType


def on_a_full_disk(folder: Path, code: str) -> str:
    """Run lines of Python in a folder whose file system has no room; return what they print."""
    mounts = f"mount -t tmpfs -o size=64k none {folder}\necho old > {folder}/old"
    fill = f"dd if=/dev/zero of={folder}/fill bs=1k 2> /dev/null || true"
    lines = (
        f"from pathlib import Path\nfrom liminix_gen import files\nfolder = Path({str(folder)!r})"
    )
    command = with_own_mounts(f"{mounts}\n{fill}", sys.executable, "-c", f"{lines}\n{code}")
    return process.run(command).stdout


@pytest.mark.parametrize("name", ["old", "new"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, name: str) -> None:
    said = on_a_full_disk(
        tmp_path,
        f"try: files.write(folder / '{name}', bytes(9999))\n"
        "except OSError as error: print(error.filename, error.strerror)\n"
        "try: files.create(folder / 'created', bytes(9999))\n"
        "except OSError as error: print(error.strerror)\n"
        "print((folder / 'old').read_text(), *sorted(one.name for one in folder.iterdir()))",
    )
    full = "No space left on device"
    assert said == f"{tmp_path / name} {full}\n{full}\nold\n fill old\n"


def test_what_a_link_leads_to_is_written_and_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"old")
    (tmp_path / "there").chmod(0o640)
    (tmp_path / "link").symlink_to("there")
    assert files.write(tmp_path / "link", b"new")
    assert not files.write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there").read_bytes() == b"new"
    assert (tmp_path / "there").stat().st_mode & 0o777 == 0o640


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    for step in (files.read, lambda path: files.write(path, b"new")):
        with pytest.raises(FileNotFoundError, match="a link to nowhere, which is not there") as one:
            step(tmp_path / "link")
        assert one.value.filename == str(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()


def test_what_is_no_file_is_written_as_it_is_and_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="it is not a file"):
        files.read(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert files.write(pipe, b"new")
    assert os.read(reader, 9) == b"new"
    os.close(reader)


def test_a_removal_that_is_interrupted_is_finished(tmp_path: Path) -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    def interrupted() -> None:
        with files.temporary_folder(tmp_path) as folder:
            for number in range(4000):
                (folder / f"{number}").touch()
            signal.setitimer(signal.ITIMER_REAL, 0.005)
        time.sleep(10)

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not list(tmp_path.iterdir())


def test_a_temporary_folder_without_a_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    with pytest.raises(ConfigurationError) as caught, files.temporary_folder():
        pass
    assert "absent" in str(caught.value)
    assert "hint: set TMPDIR to another folder" in str(caught.value)


def test_a_temporary_folder_that_is_full(tmp_path: Path) -> None:
    said = on_a_full_disk(
        tmp_path,
        "from liminix_gen.errors import ConfigurationError\n"
        "from liminix_gen.nix import tree\n"
        "try:\n  with files.temporary_folder(folder) as made:\n"
        "    tree.write({'manifest.json': bytes(9999)}, made / 'tree')\n"
        "except ConfigurationError as error: print(error)",
    )
    assert said.startswith(f"no space left in {tmp_path}\n  hint: free some, or set TMPDIR to ")
