"""`activate` in directories that belong to somebody: nothing that a user puts there keeps it from its work.

What a user can do to a directory of theirs between two boots, and the place where each is tried:

- take the name under which files are made, with any kind of file (IN_THE_WAY): none is made there now;
- take the name of a file with another kind, with a directory that is not empty, and then every name
  under which that could be kept (`before`), or have the name be so long that none fits (`long`);
- links of both kinds from and to what is theirs and what is not, loops, fifos that nobody writes to,
  directories without permissions, trees deeper than any path, names with line ends;
- the directories on the way, and those that the system before had, replaced by links elsewhere;
- an access control list that new files inherit;
- all of it again and again while it runs (which it does not on a device: nobody's process runs yet).

What is out of a user's reach, and so not tried: mount points, which nothing but / and /dev is when
it runs; files that are immutable, which takes CAP_LINUX_IMMUTABLE.
"""

from __future__ import annotations

import os
import signal
import stat
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.runtime.test_activate import (
    UNFINISHED,
    Activate,
    Node,
    Tree,
    activate,
    file,
    folder,
    link,
    look,
    name_of,
    needs_root,
    normal,
    traces,
)

__all__ = ["activate"]

pytestmark = needs_root

USER = 12345
LONG = b"l" * 250
HOME = b"home/u/"

# The user's directory holds files of root's, of the user's, and of every kind.
WANTED: Tree = {
    b"etc": folder(),
    b"etc/shared": file(b"shared", 0o755),
    b"home": folder(),
    b"home/u": Node(stat.S_IFDIR, 0o755, user=USER, group=USER),
    HOME + b"x": file(b"new", 0o640),
    HOME + b"mine": Node(stat.S_IFREG, 0o600, b"mine", USER, USER),
    HOME + LONG: file(b"long"),
    HOME + b"link": link(b"x"),
    HOME + b"name": name_of(b"etc/shared"),
    HOME + b"pipe": Node(stat.S_IFIFO, 0o600, user=USER, group=USER),
    HOME + b"sub": Node(stat.S_IFDIR, 0o700, user=USER, group=USER),
    HOME + b"sub/y": file(b"new"),
    HOME + b"sub/sub": folder(),
    HOME + b"sub/sub/z": file(b"new"),
}
# Of the system before: its `old` goes, wherever it is now.
OLD: Tree = {**WANTED, HOME + b"gone": folder(), HOME + b"gone/shadow": file(b"old")}
FILES = [path.removeprefix(HOME).decode() for path in WANTED if path.startswith(HOME)]


class Board:
    """A root in which the old system's files are, and others that are nobody's business."""

    def __init__(self, activate: Activate, top: Path) -> None:
        self.activate = activate
        self.top = top
        self.home = top / "home" / "u"
        self.private = top / "private"
        activate.make(top, OLD)
        self.private.mkdir(0o700)
        for name in ("shadow", "x", "y", "z", "new"):
            (self.private / name).write_text("private")
            (self.private / name).chmod(0o600)
        (self.private / "sub").mkdir()

    def user(self, script: str) -> None:
        """Run a script as the user, in the user's directory."""
        subprocess.run(
            ["/bin/sh", "-euc", script],
            cwd=self.home,
            user=USER,
            group=USER,
            extra_groups=[],
            check=True,
        )

    def see(self, *more: str) -> None:
        """See that all is as wanted, that nothing else was touched, and that `more` is kept."""
        before = look(self.private)
        self.activate.make(self.top, WANTED, OLD)
        assert look(self.private) == before
        found = look(self.top)
        shown = normal(WANTED)
        assert {path: found.get(path) for path in shown} == shown
        assert not os.path.lexists(self.top / os.fsdecode(UNFINISHED))
        for name in more:
            assert os.path.lexists(self.home / name), name


@pytest.fixture
def board(activate: Activate) -> Iterator[Board]:
    # Not below pytest's own, which only root comes into.
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o711)
        top = Path(place, "root")
        top.mkdir()
        yield Board(activate, top)


KINDS: dict[str, str] = {
    "file": "echo >{}",
    "unreadable": "umask 777; echo >{}",
    "directory": "mkdir {}",
    "full": "mkdir {}; echo >{}/mine; mkdir {}/new",
    "closed": "mkdir {}; echo >{}/mine; chmod 000 {}",
    "deep": "mkdir {}; cd {}; for i in $(seq 60); do mkdir d; cd d; done",
    "names": "mkdir {}; touch '{}/a\nb' {}/-rf '{}/ '",
    "pipe": "mkfifo {}",
    "dangling": "ln -s nowhere {}",
    "loop": "ln -s {} {}",
    "outside": "ln -s ../../private {}",
    "file outside": "ln -s ../../private/shadow {}",
    "home": "ln -s . {}",
}


@pytest.mark.parametrize("kind", KINDS)
def test_under_the_name_that_files_are_made(board: Board, kind: str) -> None:
    """The first one seen: `rm x; mkdir .activate-new`."""
    for folder_of in ("", "sub/"):
        name = f"{folder_of}{os.fsdecode(UNFINISHED)}"
        board.user(f"umask 022; rm -f x sub/y; {KINDS[kind].replace('{}', name)}")
    board.see(os.fsdecode(UNFINISHED))


@pytest.mark.parametrize("kind", KINDS)
def test_under_every_name(board: Board, kind: str) -> None:
    """Also under that of a directory on the way, and of one that the old system had."""
    made = KINDS[kind]
    for name in [*FILES, "gone"]:
        if "/" not in name:
            board.user(
                f"rm -rf {name} 2>/dev/null || mv {name} was-{name}; ({made.replace('{}', name)})"
            )
    board.see()


def test_every_name_to_keep_it_under(board: Board) -> None:
    """They are tried in turn, and then others that nobody can foresee."""
    for name in ("x", LONG.decode(), "sub/y"):
        kept = name[:240]
        board.user(
            f"""
            rm -f {name}; mkdir {name}; echo mine >{name}/mine
            for i in '' .1 .2 .3 .4 $(seq -f .%.0f 5 200); do echo >{kept}.before$i; done
            rm {kept}.before {kept}.before.1 {kept}.before.2
            mkdir {kept}.before; echo >{kept}.before/full
            ln -s ../../private {kept}.before.1; mkfifo {kept}.before.2
            """
        )
    board.see()
    kept_ones = [place for place in board.home.rglob("mine") if "before" in place.parent.name]
    assert [place.read_text() for place in kept_ones] == ["mine\n"] * 3


def test_a_name_too_long_to_be_kept(board: Board) -> None:
    name = LONG.decode()
    board.user(f"rm {name}; mkdir {name}; echo mine >{name}/mine")
    board.see(f"{name[:248]}.before/mine")


def test_hard_links(board: Board) -> None:
    """A board has no protected_hardlinks by itself, so root makes those that the user could."""
    for name in FILES:
        place = board.home / name
        if not place.is_dir():
            os.link(place, board.home / f"other-{Path(name).name[:9]}", follow_symlinks=False)
    os.link(board.top / "etc" / "shared", board.home / "other-shared")
    board.see()
    before = look(board.private)
    for name in ("x", "mine", "link", "name", "pipe", "sub/y"):
        (board.home / name).unlink()
        os.link(board.private / "shadow", board.home / name)
    board.activate.make(board.top, WANTED, OLD)
    assert look(board.private) == before


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFLNK, stat.S_IFSOCK])
def test_a_link_to_what_is_like_the_wanted(board: Board, kind: int) -> None:
    """Nothing is given away that has another name."""
    private, place = board.private / "like", board.home / "like"
    if kind == stat.S_IFLNK:
        private.symlink_to("x")
    else:
        os.mknod(private, kind | 0o600, os.makedev(1, 3))
    os.link(private, place, follow_symlinks=False)
    device = (1, 3) if kind == stat.S_IFCHR else (0, 0)
    content = b"x" if kind == stat.S_IFLNK else b""
    mode = 0o777 if kind == stat.S_IFLNK else 0o666
    before = look(board.private)
    wanted = {**WANTED, HOME + b"like": Node(kind, mode, content, USER, USER, device)}
    board.activate.make(board.top, wanted)
    assert look(board.private) == before
    assert place.lstat().st_uid == USER


def test_a_list_that_new_files_inherit(board: Board) -> None:
    """POSIX ACL: version 2, then tag, permissions and id of each; 0x02 is a user by number."""
    entries = [(1, 7, -1), (2, 7, USER), (4, 5, -1), (16, 7, -1), (32, 5, -1)]
    value = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
    try:
        os.setxattr(board.home, "system.posix_acl_default", value)
    except OSError:
        pytest.skip("this file system has no access control lists")
    board.user("rm -f x name link pipe")
    board.see()
    for name in ("x", "name"):
        assert os.listxattr(board.home / name) == []


def swap(places: list[str]) -> None:
    """Put now this and now that under names, until it is killed."""
    made: list[Callable[[str], None]] = [
        os.mkdir,
        lambda name: Path(name).symlink_to("../../private"),
        lambda name: Path(name).symlink_to("../../private/shadow"),
        os.mkfifo,
        lambda name: os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o666)),
    ]
    number = 0
    while True:
        for place in places:
            number += 1
            aside = f"aside-{number}"
            try:
                made[number % len(made)](aside)
                os.rename(place, f"{aside}-was")  # noqa: PTH104
                os.rename(aside, place)  # noqa: PTH104
            except OSError:
                continue


def test_changes_while_it_runs(board: Board) -> None:
    """Nothing outside is ever written to; when the user has ended, all is as wanted."""
    before, unchanged = look(board.private), traces(board.private)
    names = ["x", "sub", "pipe", "link", "name", os.fsdecode(UNFINISHED)]
    user = os.fork()
    if user == 0:
        os.chdir(board.home)
        os.setgroups([])
        os.setgid(USER)
        os.setuid(USER)
        swap(names)
    try:
        end = time.monotonic() + 4
        runs = 0
        while time.monotonic() < end or runs < 5:
            runs += 1
            done = board.activate.run(board.top, WANTED, OLD)
            assert done.returncode in {0, 1}, done.stderr
            assert look(board.private) == before
            assert traces(board.private) == unchanged
    finally:
        os.kill(user, signal.SIGKILL)
        os.waitpid(user, 0)
    board.see()
