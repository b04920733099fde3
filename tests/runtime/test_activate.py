"""`activate`: makes the files below a directory what an archive lists. With the real program."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.runtime.router import ROOT, compile_c

SOURCES = ROOT / "packages" / "activate"
CHANGES = (
    "fchmodat",
    "fchownat",
    "fsync",
    "linkat",
    "mkdirat",
    "mknodat",
    "renameat",
    "symlinkat",
    "unlinkat",
    "write",
)
UNFINISHED = b".activate-new"
IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root makes device files and gives away")


class Node(NamedTuple):
    """A file; `same` is the path of another one that it is a name of."""

    kind: int
    mode: int = 0o644
    content: bytes = b""  # or where a link leads
    user: int = os.geteuid()
    group: int = os.getegid()
    device: tuple[int, int] = (0, 0)
    same: bytes = b""


Tree = Mapping[bytes, Node]


# Only root comes by what has no permissions.
OWNER = 0 if IS_ROOT else 0o700


def file(content: bytes = b"", mode: int = 0o644) -> Node:
    return Node(stat.S_IFREG, mode | OWNER, content)


def folder(mode: int = 0o755) -> Node:
    return Node(stat.S_IFDIR, mode | OWNER)


def link(target: bytes) -> Node:
    return Node(stat.S_IFLNK, 0o777, target)


def name_of(path: bytes) -> Node:
    return Node(stat.S_IFREG, same=path)


def header(*fields: int, magic: bytes = b"070701") -> bytes:
    return magic + b"".join(b"%08x" % field for field in fields)


def member(path: bytes, node: Node, inode: int, links: int = 1) -> bytes:
    """Return a member of a newc archive (buffer-format.rst of the kernel)."""
    name = path + b"\0"
    head = header(
        inode,
        node.kind | node.mode,
        node.user,
        node.group,
        links,
        0,
        len(node.content),
        *(0, 0),
        *node.device,
        len(name),
        0,
    )
    return b"".join(part + bytes(-len(part) % 4) for part in (head + name, node.content))


TRAILER = member(b"TRAILER!!!", Node(0, 0, user=0, group=0), 0)


def archive(tree: Tree) -> bytes:
    """Return a tree as a newc archive; folders come first, names of a file are of one inode."""
    paths = sorted(tree, key=lambda path: (bool(tree[path].same), path))
    inodes = {path: number for number, path in enumerate(paths, start=1)}
    links = Counter(tree[path].same or path for path in paths)
    members: list[bytes] = []
    for path in paths:
        node, origin = tree[path], tree[path].same or path
        if node.same:
            node = tree[origin]._replace(content=b"")
        members.append(member(path, node, inodes[origin], links[origin]))
    return b"".join(members) + TRAILER


def look(top: Path) -> dict[bytes, Node]:
    """Return what is below a directory; a file's other names point to its first one."""
    found: dict[bytes, Node] = {}
    first: dict[int, bytes] = {}
    prefix = len(os.fsencode(top)) + 1
    for where, folders, files in os.walk(os.fsencode(top)):
        for name in [*folders, *files]:
            place = os.path.join(where, name)  # noqa: PTH118  names of any bytes
            status = os.lstat(place)
            kind = stat.S_IFMT(status.st_mode)
            content = b""
            if kind == stat.S_IFREG:
                with open(place, "rb") as stream:  # noqa: PTH123
                    content = stream.read()
            elif kind == stat.S_IFLNK:
                content = os.readlink(place)  # noqa: PTH115
            device = (os.major(status.st_rdev), os.minor(status.st_rdev))
            path = place[prefix:]
            node = Node(kind, stat.S_IMODE(status.st_mode), content, *status[4:6], device)
            if kind == stat.S_IFREG and status.st_nlink > 1:
                first[status.st_ino] = min(first.get(status.st_ino, path), path)
            found[path] = node
    for path, node in found.items():
        if node.kind == stat.S_IFREG:
            place = os.path.join(os.fsencode(top), path)  # noqa: PTH118
            origin = first.get(os.lstat(place).st_ino, path)
            if origin != path:
                found[path] = Node(stat.S_IFREG, same=origin)
    return found


def traces(top: Path) -> dict[bytes, tuple[int, ...]]:
    """Return what any writing would change, of every file."""
    found: dict[bytes, tuple[int, ...]] = {}
    for where, folders, files in os.walk(os.fsencode(top)):
        for name in [b".", *folders, *files]:
            status = os.lstat(os.path.join(where, name))  # noqa: PTH118
            found[os.path.join(where, name)] = (  # noqa: PTH118
                status.st_ino,
                status.st_mtime_ns,
                status.st_ctime_ns,
            )
    return found


class Activate:
    """The program, and archives for it."""

    def __init__(self, program: Path, archives: Path) -> None:
        self.program = program
        self.archives = archives

    def write(self, name: str, content: Tree | bytes) -> Path:
        place = self.archives / name
        place.write_bytes(content if isinstance(content, bytes) else archive(content))
        return place

    def command(
        self, top: Path, wanted: Tree | bytes, old: Tree | bytes | None
    ) -> list[Path | str]:
        command: list[Path | str] = [self.program, "-r", top, self.write("wanted", wanted)]
        return command if old is None else [*command, self.write("old", old)]

    def run(
        self, top: Path, wanted: Tree | bytes, old: Tree | bytes | None = None, **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            self.command(top, wanted, old), capture_output=True, check=False, env=environment
        )

    def make(self, top: Path, wanted: Tree, old: Tree | None = None) -> None:
        """Run it; nothing must go wrong, and a second run must write nothing."""
        done = self.run(top, wanted, old)
        assert (done.returncode, done.stderr) == (0, b"")
        before = traces(top)
        again = self.run(top, wanted, old)
        assert (again.returncode, again.stderr) == (0, b"")
        assert traces(top) == before

    def refused(self, top: Path, wanted: Tree | bytes, old: Tree | bytes | None = None) -> str:
        """Return what it says; nothing must have changed."""
        before = traces(top)
        done = self.run(top, wanted, old)
        assert done.returncode == 1
        assert traces(top) == before
        return done.stderr.decode()


@pytest.fixture(scope="module")
def activate(tmp_path_factory: pytest.TempPathFactory) -> Activate:
    place = tmp_path_factory.mktemp("activate")
    flags = ["-D_FILE_OFFSET_BITS=64", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    flags += [f"-Wl,--wrap={name}" for name in CHANGES]
    sources = [SOURCES / name for name in ("main.c", "archive.c", "tree.c")]
    harness = [Path(__file__).with_name("activate.c")]
    return Activate(compile_c(place / "activate", [*sources, *harness], *flags), place)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    made = tmp_path / "root"
    made.mkdir()
    return made


def put(top: Path, path: str, content: str = "the user's own") -> Path:
    place = top / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content)
    return place


# Kinds

KINDS: Tree = {
    b"etc": folder(),
    b"etc/empty": file(),
    b"etc/passwd": file(b"root:x:0:0::/root:/bin/sh\n"),
    b"etc/shadow": file(b"root:!\n", 0o600),
    b"etc/nothing": file(b"x", 0o000),
    b"etc/su": file(b"\x7fELF", 0o4755),
    b"etc/wall": file(b"#!", 0o2755),
    b"etc/other-name": name_of(b"etc/su"),
    b"bin": folder(),
    b"bin/sh": link(b"/nix/store/x-busybox/bin/sh"),
    b"bin/third-name": name_of(b"etc/su"),
    b"dangling": link(b"nowhere"),
    b"large": file(bytes(range(251)) * 12000),
    b"pipe": Node(stat.S_IFIFO, 0o620),
    b"root": folder(0o700),
    b"srv": folder(0o1777),
    b"srv/deep": folder(0o2750),
    b"srv/deep/er": folder(0o555),
    b"srv/deep/er/file": file(b"deep", 0o444),
}


def normal(tree: Tree) -> dict[bytes, Node]:
    """Return a tree as `look` gives it: the first name of a file, in order, is the file."""
    names: dict[bytes, list[bytes]] = {}
    for path, node in tree.items():
        if node.kind == stat.S_IFREG:
            names.setdefault(node.same or path, []).append(path)
    found = {path: node for path, node in tree.items() if node.kind != stat.S_IFREG}
    for origin, all_names in names.items():
        first, *others = sorted(all_names)
        found[first] = tree[origin]
        found |= {path: name_of(first) for path in others}
    return found


def test_every_kind_of_file(activate: Activate, top: Path) -> None:
    activate.make(top, KINDS)
    assert look(top) == normal(KINDS)


@needs_root
def test_devices_and_owners(activate: Activate, top: Path) -> None:
    wanted = {
        b"null": Node(stat.S_IFCHR, 0o666, device=(1, 3)),
        b"disk": Node(stat.S_IFBLK, 0o660, user=0, group=6, device=(254, 70000)),
        b"mail": Node(stat.S_IFDIR, 0o3770, user=8, group=8),
        b"mail/box": Node(stat.S_IFREG, 0o600, b"x", user=1000, group=65534),
        b"mail/box2": name_of(b"mail/box"),
        b"mail/link": Node(stat.S_IFLNK, 0o777, b"box", user=8, group=8),
        b"su": Node(stat.S_IFREG, 0o6755, b"x", user=51, group=52),
    }
    activate.make(top, wanted)
    assert look(top) == normal(wanted)
    # Other numbers, other kind of device, other owner.
    wanted[b"null"] = Node(stat.S_IFBLK, 0o666, device=(1, 3))
    wanted[b"disk"] = wanted[b"disk"]._replace(device=(254, 70001))
    wanted[b"su"] = wanted[b"su"]._replace(user=1, group=0)
    activate.make(top, wanted)
    assert look(top) == normal(wanted)


def test_any_name(activate: Activate, top: Path) -> None:
    names = [
        b"a b",
        b"new\nline",
        b"tab\t",
        b'"quoted"',
        b"it's",
        b"back\\slash",
        b"$HOME",
        b"-rf",
        b"*",
        b"\xff\xfe",
        "ü".encode(),
        b"...",
        b"..x",
        b".hidden",
        b"n" * 255,
        b"TRAILER!!!x",
    ]
    wanted: dict[bytes, Node] = {b"d\xff": folder()}
    for name in names:
        wanted[name] = file(name)
        wanted[b"d\xff/" + name] = link(name)
    activate.make(top, wanted)
    assert look(top) == wanted
    activate.make(top, {}, wanted)
    assert look(top) == {}


def test_a_very_deep_path(activate: Activate, top: Path) -> None:
    """Longer than PATH_MAX: each part is opened by itself."""
    wanted: dict[bytes, Node] = {}
    path = b""
    for _ in range(20):
        path += b"/" + b"d" * 250
        wanted[path[1:]] = folder()
    wanted[path[1:] + b"/file"] = file(b"deep")
    for _ in range(2):
        done = activate.run(top, wanted)
        assert (done.returncode, done.stderr) == (0, b"")
    place = os.open(top, os.O_RDONLY)
    for _ in range(20):
        inner = os.open(b"d" * 250, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    with open(os.open("file", os.O_RDONLY, dir_fd=place), "rb") as stream:  # noqa: PTH123
        assert stream.read() == b"deep"
    os.close(place)
    done = activate.run(top, {}, wanted)
    assert (done.returncode, look(top)) == (0, {})


def test_what_cpio_makes(activate: Activate, top: Path, tmp_path: Path) -> None:
    """With an entry for ".", and the content of a file at the last of its names."""
    source = tmp_path / "source"
    source.mkdir()
    activate.make(source, KINDS)
    names = b"".join(b"./%s\0" % path for path in sorted(KINDS))
    made = subprocess.run(
        ["cpio", "--create", "--format=newc", "--null", "--quiet"],
        cwd=source,
        input=b".\0" + names,
        check=True,
        capture_output=True,
    ).stdout
    for _ in range(2):
        done = activate.run(top, made)
        assert (done.returncode, done.stderr) == (0, b"")
        assert look(top) == normal(KINDS)


@needs_root
def test_what_the_build_makes(activate: Activate, top: Path, tmp_path: Path) -> None:
    files = {
        "/etc/TRAILER!!!": {"kind": "file", "text": "ünïcode\n", "mode": "0640", "group": 7},
        "/etc/a\nb": {"kind": "hardlink", "target": "/etc/TRAILER!!!"},
        "/TRAILER!!!": {"kind": "file", "text": "not the end"},
        "/z": {"kind": "device", "type": "b", "major": 254, "minor": 70000, "mode": "0660"},
    }
    tree = tmp_path / "tree.json"
    tree.write_text(json.dumps({"files": files, "packages": []}))
    script = ROOT / "templates" / "nix" / "lib" / "python" / "root_tree.py"
    made = subprocess.run([sys.executable, script, "newc", tree], check=True, capture_output=True)
    done = activate.run(top, made.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (top / "TRAILER!!!").read_text() == "not the end"
    status = (top / "etc" / "TRAILER!!!").lstat()
    assert (stat.S_IMODE(status.st_mode), status.st_gid, status.st_nlink) == (0o640, 7, 2)
    assert (top / "etc" / "a\nb").read_text() == "ünïcode\n"
    assert (top / "z").lstat().st_rdev == os.makedev(254, 70000)
    assert (top / "usr" / "sbin").readlink() == Path("../bin")


def test_a_file_with_one_name_is_joined_to_none(activate: Activate, top: Path) -> None:
    """Some writers number no inodes; a file has other names only if its links are counted."""
    made = member(b"a", file(b"A"), 0) + member(b"b", file(b"B"), 0) + TRAILER
    done = activate.run(top, made)
    assert (done.returncode, done.stderr) == (0, b"")
    assert look(top) == {b"a": file(b"A"), b"b": file(b"B")}


@pytest.mark.parametrize(
    ("made", "tree"),
    [
        # Two modes of one file would be set in turn, at every run.
        (
            member(b"a", file(b"", 0o600), 7, 2) + member(b"b", file(b"x", 0o644), 7, 2),
            {b"a": file(b"x", 0o600), b"b": name_of(b"a")},
        ),
        # The kernel's gen_init_cpio counts the NUL that ends where a link leads.
        (member(b"a", link(b"to\0"), 1), {b"a": link(b"to")}),
    ],
    ids=["modes", "nul"],
)
def test_what_other_writers_make(activate: Activate, top: Path, made: bytes, tree: Tree) -> None:
    assert activate.run(top, made + TRAILER).returncode == 0
    before = traces(top)
    assert activate.run(top, made + TRAILER).returncode == 0
    assert traces(top) == before
    assert look(top) == tree


# What is there already


def test_only_what_differs_is_written(activate: Activate, top: Path) -> None:
    activate.make(top, KINDS)
    before = traces(top)
    (top / "etc" / "passwd").write_text("evil")
    (top / "root").chmod(0o777)
    activate.make(top, KINDS)
    assert look(top) == normal(KINDS)
    changed = {path for path, trace in traces(top).items() if before.get(path) != trace}
    # Files are made in a directory of the topmost one.
    names = (".", "etc/passwd", "etc", "etc/.", "root", "root/.")
    places = {os.fsencode(f"{top}/{name}") for name in names}
    assert changed <= places


def test_a_file_of_the_same_size_is_read(activate: Activate, top: Path) -> None:
    activate.make(top, {b"large": KINDS[b"large"]})
    with (top / "large").open("r+b") as stream:
        stream.seek(-1, os.SEEK_END)
        byte = stream.read(1)
        stream.seek(-1, os.SEEK_END)
        stream.write(bytes([byte[0] ^ 1]))
    activate.make(top, {b"large": KINDS[b"large"]})
    assert (top / "large").read_bytes() == KINDS[b"large"].content


def test_the_users_own_files_stay(activate: Activate, top: Path) -> None:
    activate.make(top, KINDS)
    store = put(top, "nix/store/x/bin/y")
    inside, beside = put(top, "srv/deep/mine"), put(top, "state/mine")
    before = traces(top)
    activate.make(top, KINDS)
    assert traces(top) == before
    # And when the folder around them is no longer wanted.
    activate.make(top, {b"etc": folder()}, KINDS)
    assert {path for path in look(top) if not path.startswith((b"nix", b"state"))} == {
        b"etc",
        b"srv",
        b"srv/deep",
        b"srv/deep/mine",
    }
    assert all(place.read_text() == "the user's own" for place in (store, inside, beside))


def test_what_the_old_system_had_goes(activate: Activate, top: Path) -> None:
    activate.make(top, KINDS)
    new = {b"etc": folder(0o700), b"etc/passwd": KINDS[b"etc/passwd"], b"srv": file(b"no folder")}
    activate.make(top, new, KINDS)
    assert look(top) == new


def test_a_file_is_replaced_and_never_written_into(activate: Activate, top: Path) -> None:
    activate.make(top, {b"a": file(b"old")})
    with (top / "a").open("rb") as held:
        activate.make(top, {b"a": file(b"new")})
        assert held.read() == b"old"
    assert (top / "a").read_bytes() == b"new"


# What is in the way


def test_links_are_not_followed_out(activate: Activate, top: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    put(outside, "passwd")
    put(outside, "only-old")
    (top / "etc").symlink_to(outside)
    (top / "gone").symlink_to(outside)
    (top / "target").symlink_to(outside / "passwd")
    old = {b"gone": folder(), b"gone/passwd": file(b"x"), b"gone/only-old": file(b"x")}
    wanted = {b"etc": folder(), b"etc/passwd": file(b"new"), b"target": file(b"new", 0o600)}
    before = traces(outside)
    activate.make(top, wanted, old)
    assert traces(outside) == before
    assert {path: node for path, node in look(top).items() if path != b"gone"} == wanted


@pytest.mark.parametrize("wanted", [file(b"new"), link(b"new"), folder(), Node(stat.S_IFIFO)])
@pytest.mark.parametrize("there", ["file", "link", "dangling", "folder", "pipe"])
def test_another_kind_in_the_way_goes(
    activate: Activate, top: Path, there: str, wanted: Node
) -> None:
    place = top / "x"
    match there:
        case "file":
            place.write_text("old")
        case "link":
            put(top, "y")
            place.symlink_to("y")
        case "dangling":
            place.symlink_to("nowhere")
        case "folder":
            place.mkdir()
        case _:
            os.mkfifo(place)
    activate.make(top, {b"x": wanted})
    assert look(top)[b"x"] == wanted
    assert set(look(top)) <= {b"x", b"y"}


def test_a_folder_with_something_in_it_is_kept(activate: Activate, top: Path) -> None:
    for number, name in enumerate(("x.before", "x.before.1", "x.before.2")):
        put(top, "x/mine", str(number))
        activate.make(top, {b"x": file(b"new")})
        assert (top / "x").read_bytes() == b"new"
        assert (top / name / "mine").read_text() == str(number)
        (top / "x").unlink()


def test_a_name_that_the_archive_does_not_know(activate: Activate, top: Path) -> None:
    """Whoever writes to the user's name of a file does not write to the configuration's."""
    wanted = {b"a": file(b"x"), b"b": name_of(b"a"), b"c": file(b"y"), b"d": name_of(b"c")}
    activate.make(top, wanted)
    os.link(top / "a", top / "mine")
    # As many names as the archive has, and one of them is another.
    (top / "d").unlink()
    os.link(top / "c", top / "mine-too")
    activate.make(top, wanted)
    for mine, content in (("mine", "x"), ("mine-too", "y")):
        assert (top / mine).lstat().st_nlink == 1
        assert (top / mine).read_text() == content
        (top / mine).unlink()
    assert look(top) == normal(wanted)


def test_names_of_one_file_that_come_apart(activate: Activate, top: Path) -> None:
    apart = {b"a": file(b"x"), b"b": file(b"x"), b"c": file(b"x")}
    together = {b"a": file(b"x"), b"b": name_of(b"a"), b"c": name_of(b"a")}
    for wanted in (apart, together, apart):
        activate.make(top, wanted)
        assert look(top) == normal(wanted)


# What cannot be done


def test_the_rest_is_done_all_the_same(activate: Activate, top: Path) -> None:
    wanted = {
        b"a": file(b"1"),
        b"absent/file": file(b"2"),
        b"n" * 256: file(b"3"),
        b"z": file(b"4"),
    }
    for _ in range(2):
        done = activate.run(top, wanted)
        assert done.returncode == 1
        lines = done.stderr.decode().splitlines()
        assert lines[0] == "activate: /absent/file: No such file or directory"
        assert lines[1] == f"activate: /{'n' * 256}: File name too long"
        assert look(top) == {b"a": file(b"1"), b"z": file(b"4")}


def test_where_files_are_made_nothing_else_can_be(activate: Activate, top: Path) -> None:
    wanted = {UNFINISHED: folder(), UNFINISHED + b"/new": file(b"1"), b"a": file(b"2")}
    put(top, ".activate-new/new", "a cut has left this")
    for _ in range(2):
        done = activate.run(top, wanted)
        assert done.returncode == 1
        assert done.stderr.decode().splitlines() == [
            "activate: /.activate-new: Device or resource busy",
            "activate: /.activate-new/new: Device or resource busy",
        ]
        assert look(top) == {b"a": file(b"2")}


@needs_root
def test_a_full_disk(activate: Activate, tmp_path: Path) -> None:
    """What does not fit is named; half a file does not stay, and what fits is there."""
    top = tmp_path / "small"
    top.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(top)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        large = file(bytes(range(256)) * 8192)
        wanted = {b"a": file(b"1"), b"b": large, b"c": file(b"3" * 9000), b"z": large}
        done = activate.run(top, wanted)
        assert done.returncode == 1
        assert done.stderr.decode().splitlines() == [
            "activate: /b: No space left on device",
            "activate: /z: No space left on device",
        ]
        assert look(top) == {path: wanted[path] for path in (b"a", b"c")}
    finally:
        subprocess.run(["umount", top], check=True)


WHOLE = archive(KINDS)
HEAD = header(1, stat.S_IFREG, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5, 0) + b"name\0"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is cut off"),
        (WHOLE[:109], "is cut off"),
        (WHOLE[:1000], "is cut off"),
        (WHOLE[: -len(TRAILER)], "is cut off"),
        (WHOLE[:-1], "is cut off"),
        (b"070702" + WHOLE[6:], "is no newc archive"),
        (b"\xc7\x71" + WHOLE, "is no newc archive"),
        (WHOLE[:50] + b"x" + WHOLE[51:], "is no newc archive"),
        (b"#!/bin/sh\n" + bytes(200), "is no newc archive"),
        (HEAD.replace(b"name\0", b"namex") + bytes(200), "has a name that does not end"),
        (HEAD.replace(b"name\0", b"na\0e\0") + bytes(200), "has a name that does not end"),
        (HEAD.replace(b"00000005", b"ffffffff") + bytes(200), "is cut off"),
        (archive({b"../x": file()}), "leads outside"),
        (archive({b"a/../../x": file()}), "leads outside"),
        (archive({b"a/./x": file()}), "leads outside"),
        (archive({b"a//x": file()}), "leads outside"),
        (archive({b"": file()}), "leads outside"),
        (archive({b"..": folder()}), "leads outside"),
        (archive({b"x": Node(0)}), "no kind of file"),
        (archive({b"x": Node(0o110000)}), "no kind of file"),
    ],
)
def test_a_wrong_archive_is_refused(
    activate: Activate, top: Path, content: bytes, why: str
) -> None:
    put(top, "etc/passwd")
    said = activate.refused(top, content)
    assert said.startswith(f"activate: {activate.archives}/wanted: ")
    assert why in said
    # An old one, too: what it had could not be told from what is the user's.
    said = activate.refused(top, {b"new": file()}, content)
    assert said.startswith(f"activate: {activate.archives}/old: ")


def test_every_beginning_of_an_archive_is_refused(activate: Activate, top: Path) -> None:
    whole = archive({b"a": file(b"abc")})
    for size in range(len(whole)):
        assert "is cut off" in activate.refused(top, whole[:size]), size
    activate.refused(top, {}, whole[:-1])


@settings(max_examples=200, derandomize=True)
@given(data=st.data())
def test_a_damaged_archive_is_no_harm(activate: Activate, data: st.DataObject) -> None:
    """Whatever it holds, the program ends in order, and writes nowhere else."""
    small = archive({path: KINDS[path] for path in sorted(KINDS) if path != b"large"})
    content = bytearray(small[: data.draw(st.integers(0, len(small)))])
    for _ in range(data.draw(st.integers(0, 4))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as place:
        top = Path(place) / "root"
        top.mkdir()
        done = activate.run(top, bytes(content))
        assert done.returncode in (0, 1), done.stderr
        assert os.listdir(place) == ["root"]  # noqa: PTH208
        subprocess.run(["chmod", "-R", "u+rwX", top], check=True)


def test_wrong_arguments(activate: Activate, top: Path) -> None:
    for words in ([], ["a", "b", "c"], ["-x", "a"], ["-r"]):
        done = subprocess.run([activate.program, *words], capture_output=True, check=False)
        assert done.returncode == 2
        assert b"usage: activate [-r DIRECTORY] ROOT [OLD]" in done.stderr
    done = subprocess.run([activate.program, top / "absent"], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"absent: No such file or directory" in done.stderr
    done = activate.run(top / "absent", {})
    assert done.returncode == 1
    assert b"absent: No such file or directory" in done.stderr


# Interruptions

BEFORE: Tree = {
    b"bin": folder(),
    b"bin/sh": link(b"/old"),
    b"both": file(b"the same"),
    b"etc": folder(),
    b"etc/passwd": file(b"old" * 2000, 0o640),
    b"etc/su": file(b"old", 0o4755),
    b"etc/su2": name_of(b"etc/su"),
    b"kind": folder(),
    b"kind/in-it": file(b"old"),
    b"old": folder(),
    b"old/deep": folder(),
    b"old/deep/file": file(b"old"),
}
AFTER: Tree = {
    b"bin": folder(),
    b"bin/sh": link(b"/new"),
    b"both": file(b"the same"),
    b"etc": folder(0o700),
    b"etc/passwd": file(b"new" * 3000, 0o600),
    b"etc/su": file(b"new", 0o4711),
    b"etc/su2": name_of(b"etc/su"),
    b"kind": file(b"new"),
    b"new": folder(),
    b"new/deep": folder(),
    b"new/deep/file": file(b"new"),
    b"pipe": Node(stat.S_IFIFO),
}
IN_PLACE = [path for path in BEFORE if path in AFTER and BEFORE[path].kind == AFTER[path].kind]


def cuts(activate: Activate, top: Path) -> int:
    """Return how often BEFORE to AFTER changes something."""
    activate.make(top, BEFORE)
    done = activate.run(top, AFTER, BEFORE, COUNT_CALLS="1")
    assert done.returncode == 0
    shutil.rmtree(top)
    return int(done.stderr.split()[0])


def parts(node: Node) -> tuple[int, bytes]:
    return node.kind, node.content


def test_a_power_cut_at_every_step(activate: Activate, top: Path) -> None:
    """Until the next run, what is in both trees is whole: as the one had it, or the other."""
    number = cuts(activate, top)
    assert number > 30
    for cut_at in range(1, number + 1):
        for then, gone in ((AFTER, BEFORE), (BEFORE, AFTER)):
            top.mkdir()
            activate.make(top, BEFORE)
            done = activate.run(top, AFTER, BEFORE, CUT_AT=str(cut_at))
            assert done.returncode == -signal.SIGKILL
            found = look(top)
            for path in IN_PLACE:
                there = {parts(BEFORE[path]), parts(AFTER[path])}
                if found[path].same:
                    found[path] = found[found[path].same]
                if not BEFORE[path].same:
                    assert parts(found[path]) in there, (cut_at, path)
            # The new system goes on, or the old one comes back: no trace of the other one stays.
            activate.make(top, then, gone)
            assert look(top) == normal(then), cut_at
            shutil.rmtree(top)


def test_kill_at_any_time(activate: Activate, top: Path) -> None:
    """The real signal, at moments that nobody chose."""
    rng = random.Random(4)  # noqa: S311
    many = {b"d": folder(), **{b"d/%d" % n: file(b"new%d" % n * 500) for n in range(120)}}
    few = {b"d": folder(), **{b"d/%d" % n: file(b"old%d" % n * 500) for n in range(0, 200, 2)}}
    activate.make(top, few)
    began = len(look(top))
    killed = 0
    for _ in range(15):
        running = subprocess.Popen(activate.command(top, many, few))
        try:
            running.wait(rng.uniform(0.0, 0.25))
        except subprocess.TimeoutExpired:
            running.kill()
        if running.wait() == -signal.SIGKILL:
            killed += 1
        for path, node in look(top).items():
            assert (
                path == b"d"
                or path.startswith(UNFINISHED)
                or node.content in {tree[path].content for tree in (many, few) if path in tree}
            )
        activate.make(top, few, many)
        assert look(top) == few
    assert killed
    assert began == len(few)
    activate.make(top, many, few)
    assert look(top) == many


# Any tree

NAMES = st.sampled_from([b"a", b"b", b"c d", b"\xff", b"e\n"])
MODES = st.sampled_from([0o644, 0o600, 0o755, 0o4755, 0o1777])


@st.composite
def trees(draw: st.DrawFn, depth: int = 0, prefix: bytes = b"") -> dict[bytes, Node]:
    made: dict[bytes, Node] = {}
    for name in sorted(draw(st.sets(NAMES, max_size=4))):
        path = prefix + name
        kind = draw(st.sampled_from(["file", "file", "folder", "folder", "link", "pipe"]))
        if kind == "folder" and depth < 3:
            made[path] = folder(draw(MODES) | 0o700)
            made |= draw(trees(depth + 1, path + b"/"))
        elif kind == "link":
            made[path] = link(draw(st.sampled_from([b"a", b"..", b"/etc", b"nowhere", b"a/b"])))
        elif kind == "pipe":
            made[path] = Node(stat.S_IFIFO, draw(MODES))
        else:
            made[path] = file(draw(st.sampled_from([b"", b"x", b"y", b"x" * 5000])), draw(MODES))
    if depth == 0:
        files = [path for path, node in made.items() if node.kind == stat.S_IFREG]
        for path in files:
            if draw(st.integers(0, 4)) == 0:
                origin = draw(st.sampled_from(files))
                if not made[origin].same and not any(n.same == path for n in made.values()):
                    made[path] = name_of(origin) if origin != path else made[path]
    return made


@settings(
    max_examples=120,
    derandomize=True,
)
@given(first=trees(), second=trees(), mine=st.lists(NAMES, max_size=3, unique=True))
@example(first={}, second={}, mine=[])
def test_any_tree_becomes_any_other(
    activate: Activate, first: dict[bytes, Node], second: dict[bytes, Node], mine: list[bytes]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        top = Path(place) / "root"
        top.mkdir()
        activate.make(top, first)
        assert look(top) == normal(first)
        # The user's own, in folders of the first tree, under a name that no tree has.
        folders = sorted(path for path in first if first[path].kind == stat.S_IFDIR)
        own = {b"/".join([*folders[:1], b"mine-" + name]): file(name) for name in mine}
        for path, node in own.items():
            place_of = os.path.join(os.fsencode(top), path)  # noqa: PTH118
            with open(place_of, "wb") as stream:  # noqa: PTH123
                stream.write(node.content)
            os.chmod(place_of, 0o644)  # noqa: PTH101
        activate.make(top, second, first)
        found = look(top)
        aside = {path: node for path, node in found.items() if b".before" in path}
        kept = {path: node for path, node in found.items() if path not in own and path not in aside}
        expected = normal(second)
        if own and folders and folders[0] not in second:
            # Their folder stays because of them, and nothing else does.
            expected[folders[0]] = first[folders[0]]
        assert kept == expected
        contents = sorted(
            node.content for path, node in found.items() if path.rpartition(b"/")[2][:5] == b"mine-"
        )
        assert contents == sorted(mine)


@pytest.fixture(autouse=True)
def _writable_again(tmp_path: Path) -> Iterator[None]:
    """Whoever is not root cannot remove what is in a folder without write permission."""
    yield
    subprocess.run(["chmod", "-R", "u+rwX", tmp_path], check=True)
