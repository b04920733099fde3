"""The device's program `system`, run by busybox over a root in a folder."""

from __future__ import annotations

import os
import random
import secrets
import time
from pathlib import Path

import pytest

from liminix_gen import process
from liminix_gen.deploy import archive
from tests.support.board import (
    BUSYBOX,
    GARBAGE,
    NEW,
    OLD,
    SHARED,
    SYSTEM,
    Board,
    add_path,
    add_system,
)

LIBRARY = "/nix/store/44444444444444444444444444444444-library"


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path / "board")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The store of the host: the new system, and what it needs."""
    add_system(tmp_path / "here", NEW, SHARED, LIBRARY)
    return tmp_path / "here"


def packed(here: Path, *paths: str) -> list[bytes]:
    return list(archive.pack(paths, lambda path: Path(f"{here}{path}")))


def listed(*paths: str) -> str:
    return "".join(f"{path}\n" for path in paths)


def values(text: str, key: str) -> list[str]:
    return [line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{key}=")]


def test_facts_are_lines(board: Board) -> None:
    told = board.system("facts").stdout
    assert values(told, "protocol") == ["1"]
    assert values(told, "device") == ["qemu-mipsel"]
    assert values(told, "active") == values(told, "confirmed") == [OLD]
    assert values(told, "trial") == [""]
    assert int(values(told, "free-bytes")[0]) > 0
    assert int(values(told, "memory-available")[0]) > 0
    assert values(told, "watchdog")[0] in {"yes", "no"}


def test_a_read_only_root_has_no_systems_and_takes_none(board: Board) -> None:
    (board.root / "activate").unlink()
    assert not values(board.system("facts").stdout, "active")
    for words in (("collect",), ("receive",), ("try", NEW), ("confirm",)):
        assert "cannot be updated" in board.system(*words, input="", code=1).stderr


def test_wrong_use_is_told(board: Board) -> None:
    for words in ((), ("try",), ("facts", "x"), ("nonsense",)):
        assert "usage: system" in board.system(*words, code=2).stderr


def test_collect_keeps_what_is_needed_and_names_what_is_missing(board: Board) -> None:
    add_path(board.root, GARBAGE)
    add_path(board.root, LIBRARY)
    before = board.store()
    board.link("trial", GARBAGE)
    said = board.system("collect", input=listed(NEW, SHARED, LIBRARY)).stdout
    assert values(said, "missing") == [NEW]
    assert int(values(said, "free-bytes")[0]) > 0
    kept = {name: one for name, one in before.items() if "garbage" not in name}
    assert len(kept) < len(before)
    assert board.store() == kept
    assert board.marked("trial") is None
    assert board.beside_the_store() == []
    assert list((board.root / "run").iterdir()) == []


def test_collect_keeps_the_system_on_trial_and_the_confirmed_one(board: Board) -> None:
    add_system(board.root, NEW, LIBRARY)
    board.link("init", NEW)
    before = board.store()
    board.system("collect", input="")
    assert board.store() == before


def test_collect_removes_nothing_when_it_cannot_tell_what_is_needed(board: Board) -> None:
    add_path(board.root, GARBAGE)
    (board.root / f".{OLD}" / "store-paths").unlink()
    before = board.store()
    board.system("collect", input=listed(NEW), code=1)
    assert board.store() == before


def test_collect_clears_what_a_power_cut_left(board: Board) -> None:
    for name in ("incoming/17", "removed/x"):
        (board.root / "nix" / name).mkdir(parents=True)
    board.system("collect", input="")
    assert board.beside_the_store() == []


def test_receive_unpacks_all_as_it_was(board: Board, here: Path) -> None:
    board.system("receive", input=packed(here, LIBRARY, NEW))
    for path in (LIBRARY, NEW):
        for file in Path(f"{here}{path}").rglob("*"):
            copy = board.root / file.relative_to(here)
            assert copy.is_symlink() == file.is_symlink()
            if file.is_symlink():
                assert copy.readlink() == file.readlink()
            elif file.is_file():
                assert copy.read_bytes() == file.read_bytes()
                assert copy.stat().st_mode == file.stat().st_mode
                assert copy.stat().st_mtime == 0
    assert board.beside_the_store() == []


def test_receive_leaves_alone_what_is_there(board: Board, here: Path) -> None:
    before = board.store()
    (here / f".{SHARED}" / "bin" / "more").write_text("more")
    board.system("receive", input=packed(here, SHARED))
    assert board.store() == before


def test_a_stream_that_is_cut_anywhere_changes_nothing(board: Board, here: Path) -> None:
    whole = b"".join(packed(here, LIBRARY, NEW))
    before = board.store()
    # The end of the list: after it nothing of use comes.
    last = len(whole) - 1024
    for cut in (*range(0, last, 512), 1, 700, last - 511):
        said = board.system("receive", input=[whole[:cut]], code=1).stderr
        assert "system: " in said
        assert board.store() == before, cut
        assert board.beside_the_store() == []
    board.system("receive", input=[whole[:last]])
    assert board.store() != before


def test_a_lost_connection_takes_the_reader_of_messages_too(board: Board, here: Path) -> None:
    command = [BUSYBOX, "sh", str(SYSTEM), "receive"]
    reader, writer = os.pipe()
    child = process.Child(
        command, env=board.environment, stdin=process.PIPE, stdout=writer, stderr=writer
    )
    os.close(writer)
    with child:
        assert child.popen.stdin is not None
        child.popen.stdin.write(b"".join(packed(here, LIBRARY))[:2048])
        child.popen.stdin.flush()
        os.close(reader)
        child.popen.stdin.close()
        assert child.wait(10) == 1
    assert board.beside_the_store() == []


def test_a_path_that_has_not_come_is_missed(board: Board, here: Path) -> None:
    stream = [
        *archive.member("x", here / f".{NEW}" / "activate"),
        *archive.end("list", listed(NEW)),
    ]
    before = board.store()
    assert f"{NEW} is on the list" in board.system("receive", input=stream, code=1).stderr
    assert board.store() == before


def test_a_second_copy_takes_the_place_of_one_that_hangs(board: Board, here: Path) -> None:
    whole = b"".join(packed(here, LIBRARY, NEW))
    command = [BUSYBOX, "sh", str(SYSTEM), "receive"]
    environment = board.environment
    with process.Child(command, env=environment, stdin=process.PIPE, stderr=process.PIPE) as hung:
        assert hung.popen.stdin is not None
        hung.popen.stdin.write(whole[:2048])
        hung.popen.stdin.flush()
        deadline = time.monotonic() + 10
        while not list((board.root / "nix").glob("incoming/*/nix")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        board.system("receive", input=[whole])
        after = board.store()
        hung.popen.stdin.write(whole[2048:])
        hung.popen.stdin.close()
        assert hung.wait(10) == 1
    assert board.store() == after
    assert any("library" in name for name in after)


def test_an_end_at_any_moment_leaves_whole_paths_only(board: Board, here: Path) -> None:
    """SIGKILL stands for the power cut: the file system's own part in it is shown by boots."""
    paths = [NEW, LIBRARY, *(f"/nix/store/{number:032}-path" for number in range(5, 25))]
    for path in paths[2:]:
        add_path(here, path)
    whole = b"".join(packed(here, *paths))
    began = time.monotonic()
    board.system("receive", input=[whole])
    seconds = time.monotonic() - began
    wanted = board.store()
    seed = secrets.randbelow(10**6)
    print(f"seed {seed}")
    moments = random.Random(seed)  # noqa: S311
    for _ in range(10):
        process.run(["rm", "-rf", *(f"{board.root}{path}" for path in paths)])
        command = [BUSYBOX, "sh", str(SYSTEM), "receive"]
        child = process.Child(
            command, env=board.environment, stdin=process.PIPE, stderr=process.DEVNULL
        )
        assert child.popen.stdin is not None
        child.popen.stdin.write(whole)
        child.popen.stdin.close()
        time.sleep(moments.random() * seconds)
        child.stop(grace_s=0)
        tops = {name.partition("/")[0] for name in board.store()}
        assert board.store() == {
            name: one for name, one in wanted.items() if name.partition("/")[0] in tops
        }
    said = board.system("collect", input=listed(*paths)).stdout
    assert board.beside_the_store() == []
    if missing := values(said, "missing"):
        board.system("receive", input=packed(here, *missing))
    assert board.store() == wanted


def test_a_system_is_put_on_trial_only_when_all_of_it_is_there(board: Board, here: Path) -> None:
    assert "is not a system" in board.system("try", NEW, code=1).stderr
    board.system("receive", input=packed(here, NEW))
    assert f"needs {LIBRARY}" in board.system("try", NEW, code=1).stderr
    assert board.marked("trial") is None
    board.system("receive", input=packed(here, LIBRARY))
    board.system("try", NEW)
    assert board.marked("trial") == NEW
    assert board.marked("activate") == OLD


def test_no_trial_within_a_trial(board: Board, here: Path) -> None:
    board.system("receive", input=packed(here, NEW, LIBRARY))
    board.link("init", NEW)
    assert "itself on trial" in board.system("try", NEW, code=1).stderr
    board.system("confirm")
    assert board.marked("activate") == NEW
    board.system("try", OLD)
    assert board.marked("trial") == OLD
