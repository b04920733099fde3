"""activate: any archive, and any tree that users have left.

Found: `.activate-new` as a directory; NAME.before taken, or too long, for what is in the way.
tests/runtime/test_activate_users.py has each by itself, and tries them as a user.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import struct
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from tests.fuzz.ground import Fuzz
from tests.fuzz.mutation import change
from tests.fuzz.program import Program, built
from tests.runtime.test_activate import (
    KINDS,
    SOURCES,
    TRAILER,
    UNFINISHED,
    Node,
    archive,
    file,
    folder,
    link,
    look,
    member,
    name_of,
    normal,
)

HEAD = 110
FORMATS = {
    *(stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK),
    *(stat.S_IFIFO, stat.S_IFSOCK),
}


class Entry(NamedTuple):
    path: bytes
    mode: int
    user: int
    group: int
    device: tuple[int, int]
    links: int
    same: int
    content: bytes


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    flags = ("-D_FILE_OFFSET_BITS=64", "-Wl,--wrap=fsync", "-Wl,--wrap=sync")
    with built("activate-run.c", SOURCES, ["archive.c", "tree.c"], *flags) as made:
        yield made


def ask(program: Program, what: bytes, *fields: bytes) -> bytes:
    return program.ask(what + b"".join(struct.pack("=I", len(one)) + one for one in fields))


def plain(path: bytes) -> bytes | None:
    """Return a path below the root; ``None`` if it leads elsewhere."""
    path = re.sub(rb"\A(?:\./|/)+", b"", path)
    if len(path) > 1:
        path = path.removesuffix(b"/")
    return None if {*path.split(b"/")} & {b"", b".", b".."} else path


def expected(content: bytes) -> list[Entry] | None:
    """What an archive holds, read in another way; ``None`` if it is wrong."""
    found: list[Entry] = []
    names: dict[tuple[int, int, int], int] = {}
    at = 0
    while True:
        head = content[at : at + HEAD]
        if not re.fullmatch(rb"070701[0-9a-fA-F]{104}", head):
            return None
        fields = [int(head[6 + 8 * index :][:8], 16) for index in range(13)]
        inode, mode, user, group, links, _, size, *numbers, name_size, _ = fields
        name = content[at + HEAD : at + HEAD + name_size]
        data = (at + HEAD + name_size + 3) // 4 * 4
        at = (data + size + 3) // 4 * 4
        if len(name) != name_size or name.find(b"\0") != name_size - 1 or at > len(content):
            return None
        name = name[:-1]
        if name == b"TRAILER!!!":
            return found
        kind = stat.S_IFMT(mode)
        if kind == stat.S_IFDIR and name in {b".", b"/"}:
            continue
        path = plain(name)
        if path is None or kind not in FORMATS:
            return None
        value = content[data : data + size]
        if kind == stat.S_IFLNK:
            value = value.partition(b"\0")[0]
        entry = Entry(path, mode, user, group, (numbers[2], numbers[3]), links, -1, value)
        if kind == stat.S_IFREG and links > 1:
            first = names.setdefault((inode, numbers[0], numbers[1]), len(found))
            if first < len(found):
                origin = found[first]
                entry = entry._replace(
                    mode=origin.mode, user=origin.user, group=origin.group, same=first
                )
                if value:
                    found[first] = origin._replace(content=value)
        found.append(entry)


def parse(answer: bytes) -> list[Entry] | None:
    if answer == b"!":
        return None
    found: list[Entry] = []
    while answer:
        line, _, answer = answer.partition(b"\n")
        mode, user, group, device, links, same, size, length = line.split()
        end = int(length) + int(size)
        major, minor = map(int, device.split(b":"))
        found.append(
            Entry(
                answer[: int(length)],
                int(mode, 8),
                int(user),
                int(group),
                (major, minor),
                int(links),
                int(same),
                answer[int(length) : end],
            )
        )
        answer = answer[end + 1 :]
    return found


SMALL = {path: node for path, node in KINDS.items() if path != b"large"}
PATHS = (b"a", b"./a", b"/a", b"//a/b", b"a/", b"a//b", b"..", b"a/../b", b".", b"/", b"", b"...")


def any_member(random: Random) -> bytes:
    path = random.choice((*PATHS, b"a", b"b", b"c/d", b"TRAILER!!!x", b"n" * 300))
    kind = random.choice((*FORMATS, stat.S_IFREG, stat.S_IFREG, 0, 0o110000))
    content = random.choice((b"", b"x", b"to\0", b"x\0y", b"x" * 100))
    node = Node(kind, random.randrange(0o10000), content, 0, 7, (random.randrange(99), 3))
    return member(path, node, random.choice((1, 1, 2)), random.choice((1, 2, 2, 0)))


def any_archive(random: Random) -> bytes:
    if random.random() < 0.3:
        made = archive(SMALL)
    else:
        made = b"".join(any_member(random) for _ in range(random.randrange(4))) + TRAILER
    match random.randrange(8):
        case 0:
            # Numbers at the ends of their ranges.
            place = random.randrange(13) * 8 + 6
            number = random.choice(
                (b"00000000", b"ffffffff", b"7fffffff", b"80000000", b"0000000G")
            )
            made = made[:place] + number + made[place + 8 :]
        case 1:
            made = made[: random.randrange(len(made) + 1)]
        case 2:
            made = change(random, made)
        case 3:
            made += random.randbytes(random.randrange(40))
        case _:
            pass
    return made


def test_archive(fuzz: Fuzz, program: Program) -> None:
    def one(random: Random) -> bool:
        made = any_archive(random)
        right = expected(made)
        found = parse(ask(program, b"a", made))
        # A device has 12 bits for the one and 20 for the other.
        assert _numbered(found) == _numbered(right), made
        return right is not None

    fuzz.each(one, short=4000)


def _numbered(entries: list[Entry] | None) -> list[Entry] | None:
    if entries is None:
        return None
    return [
        entry._replace(device=(entry.device[0] & 0xFFF, entry.device[1] & 0xFFFFF))
        for entry in entries
    ]


# Trees

NAMES = (b"a", b"b", b"c\nd", b"l" * 250)


def any_tree(random: Random) -> dict[bytes, Node]:
    made: dict[bytes, Node] = {}
    folders = [b""]
    for _ in range(random.randrange(1, 8)):
        path = random.choice(folders) + random.choice(NAMES)
        if path in made:
            continue
        mode = random.choice((0o700, 0o755, 0o1777, 0o640))
        match random.randrange(6):
            case 0 | 1:
                made[path] = folder(mode | 0o700)
                folders.append(path + b"/")
            case 2:
                made[path] = link(random.choice((b"a", b"../outside", b"/")))
            case 3:
                made[path] = Node(stat.S_IFIFO, mode)
            case _:
                made[path] = file(random.choice((b"", b"x", b"x" * 5000)), mode)
    files = [path for path, node in made.items() if node.kind == stat.S_IFREG]
    if len(files) > 1 and random.random() < 0.3:
        made[files[-1]] = name_of(files[0])
    return made


def tamper(random: Random, top: bytes, outside: bytes, wanted: list[bytes]) -> None:
    """Do to a tree what its users could, and what a cut leaves in the topmost directory."""
    every = [b"", *(b"%s/" % path for path, node in look_bytes(top).items() if node)]
    path = random.choice(every) + random.choice((*NAMES, UNFINISHED, b"a.before"))
    place = b"%s/%s" % (top, random.choice((path, random.choice(wanted))))
    where = place[: place.rindex(b"/") + 1]
    # This hand follows no link either.
    if not os.path.realpath(where).startswith(os.path.realpath(top)):
        return
    if random.random() < 0.7 and os.path.lexists(place):
        os.rename(place, where + random.choice((b"moved", b"b", UNFINISHED)))  # noqa: PTH104
    if os.path.lexists(place):
        return
    match random.randrange(7):
        case 0:
            os.mkdir(place)  # noqa: PTH102
        case 1 | 2:
            os.makedirs(place + b"/in/it")  # noqa: PTH103
            kept = where + place[len(where) :][: 255 - len(b".before.99")] + b".before"
            for end in random.choice(((), (b"",), (b"", *(b".%d" % n for n in range(1, 12))))):
                os.mkdir(kept + end)  # noqa: PTH102
                os.mkdir(kept + end + b"/mine")  # noqa: PTH102
        case 3:
            target = random.choice((outside, outside + b"/secret", b"a", b"."))
            Path(os.fsdecode(place)).symlink_to(os.fsdecode(target))
        case 4:
            os.mkfifo(place, 0o600)
        case 5:
            os.link(outside + b"/secret", place)
        case _:
            Path(os.fsdecode(place)).write_bytes(b"x")


def look_bytes(top: bytes) -> dict[bytes, bool]:
    """Return what is below a directory; whether each is a directory."""
    return {
        os.path.join(where, name)[len(top) + 1 :]: name in folders  # noqa: PTH118
        for where, folders, files in os.walk(top)
        for name in [*folders, *files]
        if not os.path.islink(os.path.join(where, name))  # noqa: PTH114, PTH118
    }


def test_activation(fuzz: Fuzz, program: Program, memory_path: Path) -> None:
    """Accepted are those whose archive is whole: then all of it is there, whatever was in the way."""
    top, outside = memory_path / "root", memory_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    (outside / "a").mkdir()
    unchanged = look(outside)

    def one(random: Random) -> bool:
        shutil.rmtree(top, ignore_errors=True)
        top.mkdir()
        old, wanted = any_tree(random), any_tree(random)
        assert ask(program, b"r", os.fsencode(top), archive(old)) == b"\0"
        for _ in range(random.randrange(5)):
            try:
                tamper(random, os.fsencode(top), os.fsencode(outside), sorted(wanted))
            except OSError:
                continue
        content = archive(wanted)
        if random.random() < 0.4:
            content = change(random, content)
        code = ask(program, b"r", os.fsencode(top), content, archive(old))
        # A secret that got other names has lost none of itself.
        assert normal(look(outside)) == normal(unchanged)
        if content != archive(wanted):
            return code == b"\0"
        assert code == b"\0", (old, wanted)
        found, right = look(top), normal(wanted)
        assert {path: found.get(path) for path in right} == right
        assert UNFINISHED not in found
        return True

    fuzz.each(one, short=2000)
