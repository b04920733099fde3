"""interface-wait reads what the kernel says of links: nothing behind the end of what came.

Found: a last message that is not padded was read past (NLMSG_NEXT takes the padded size off an
unsigned rest); a name without its NUL lost its last letter; a message without a name, as events of
wireless interfaces are, took the interface for gone; links that changed while they were listed, and
what the kernel had no room for meanwhile, were not asked for again.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import pytest

from tests.fuzz.ground import Fuzz
from tests.fuzz.mutation import change
from tests.fuzz.program import Program, built
from tests.runtime.router import ROOT

# include/uapi/linux/netlink.h, rtnetlink.h and if_link.h
NOOP, ERROR, DONE, OVERRUN, NEW, DELETED, NEW_ADDRESS = 1, 2, 3, 4, 16, 17, 20
INTERRUPTED = 0x10
ADDRESS, NAME, MTU, INFO, WIRELESS = 1, 3, 4, 18, 11
UP, RUNNING = 1, 0x40
BRIDGE = 7


class Watch(NamedTuple):
    index: int = 0
    level: int = 0
    dumping: bool = True
    missed: bool = False
    seen: bool = False
    failed: bool = False
    error: int = 0


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    sources = ROOT / "packages" / "interface-wait"
    with built("link-take.c", sources, ["netlink.c"]) as made:
        yield made


def ask(program: Program, datagrams: list[bytes]) -> Watch:
    answer = program.ask(b"".join(struct.pack(">H", len(one)) + one for one in datagrams))
    return Watch(*struct.unpack("=iB????Bxx", answer))


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 4)


def attribute(kind: int, value: bytes, *, extra: int = 0) -> bytes:
    return struct.pack("=HH", max(0, len(value) + 4 + extra) & 0xFFFF, kind) + value


def message(kind: int, content: bytes, *, flags: int = 0, extra: int = 0) -> bytes:
    size = max(0, 16 + len(content) + extra)
    return struct.pack("=IHHII", size & 0xFFFFFFFF, kind, flags, 1, 0) + content


def link(
    name: bytes | None, index: int = 2, flags: int = 0, *, kind: int = NEW, family: int = 0
) -> bytes:
    content = struct.pack("=BxHiII", family, 1, index, flags, 0)
    if name is not None:
        content += padded(attribute(ADDRESS, b"\2\0\0\0\0\1")) + attribute(NAME, name + b"\0")
    return message(kind, content)


def expected(datagrams: list[bytes]) -> Watch:
    """What is right, told in another way."""
    watch = Watch()
    for datagram in datagrams:
        rest = datagram
        while len(rest) >= 16:
            size, kind, flags = struct.unpack_from("=IHH", rest)
            if not 16 <= size <= len(rest):
                break
            content, rest = rest[16:size], rest[(size + 3) // 4 * 4 :]
            if flags & INTERRUPTED:
                watch = watch._replace(missed=True)
            if kind in {NEW, DELETED}:
                watch = expected_link(watch, kind, content)
            elif kind == DONE and watch.seen:
                watch = watch._replace(dumping=False)
            elif kind == DONE:
                watch = watch._replace(dumping=False, index=0, level=0)
            elif kind == OVERRUN:
                watch = watch._replace(missed=True)
            elif kind == ERROR:
                code = struct.unpack_from("=i", content)[0] if len(content) >= 4 else -errno.EIO
                if code < 0:
                    error = -code if code >= -4095 else errno.EIO
                    return watch._replace(failed=True, error=error & 0xFF)
    return watch


def expected_link(watch: Watch, kind: int, content: bytes) -> Watch:
    if len(content) < 16:
        return watch
    family, index, flags = struct.unpack_from("=BxxxiI", content)
    level = 1 if not flags & UP else 2 if not flags & RUNNING else 3
    name, rest = None, content[16:]
    while len(rest) >= 4 and name is None:
        size, what = struct.unpack_from("=HH", rest)
        if not 4 <= size <= len(rest):
            break
        if what == NAME:
            value, end, _ = rest[4:size].partition(b"\0")
            if not end:
                break
            name = value
        rest = rest[(size + 3) // 4 * 4 :]
    if family:
        return watch
    if kind == NEW and name == b"lan":
        return watch._replace(index=index, level=level, seen=True)
    if index == 0 or index != watch.index:
        return watch
    if kind == NEW and name is None:
        return watch._replace(level=level)
    return watch._replace(index=0, level=0)


THERE = link(b"lan", flags=UP | RUNNING)
END = message(DONE, bytes(4))


@pytest.mark.parametrize(
    ("datagrams", "watch"),
    [
        ([THERE], Watch(2, 3, seen=True)),
        ([padded(THERE) + END], Watch(2, 3, seen=True, dumping=False)),
        ([THERE, END, link(b"lan", kind=DELETED)], Watch(seen=True, dumping=False)),
        ([END], Watch(dumping=False)),
        # Of another name, another family, a longer and a shorter name, none.
        ([link(b"lan2"), link(b"la"), link(b""), link(None)], Watch()),
        ([link(b"lan", family=BRIDGE)], Watch()),
        # An event of a wireless interface: no name, and no new one.
        ([THERE, link(None, flags=UP)], Watch(2, 2, seen=True)),
        ([THERE, link(None, kind=DELETED)], Watch(seen=True)),
        ([THERE, link(b"wan")], Watch(seen=True)),
        # A name without its end is not a name.
        ([message(NEW, struct.pack("=BxHiII", 0, 1, 2, 0, 0) + attribute(NAME, b"lan"))], Watch()),
        ([message(NEW, struct.pack("=BxHiII", 0, 1, 2, 0, 0) + attribute(NAME, b"lanx"))], Watch()),
        # The last message and the last attribute are not padded.
        ([message(NEW_ADDRESS, b"x")], Watch()),
        ([message(NOOP, b"") + message(NEW_ADDRESS, b"xyz")], Watch()),
        ([THERE[:cut] for cut in range(len(THERE))], Watch()),
        ([message(NEW, bytes(15)), message(NEW, b""), message(ERROR, bytes(4))], Watch()),
        ([message(NEW, bytes(16), extra=1)], Watch()),
        ([message(NEW, bytes(16), extra=-17)], Watch()),
        ([message(NEW, bytes(16), flags=INTERRUPTED)], Watch(missed=True)),
        ([message(OVERRUN, b"")], Watch(missed=True)),
        ([message(ERROR, struct.pack("=i", -errno.EBUSY))], Watch(failed=True, error=errno.EBUSY)),
        ([message(ERROR, b"")], Watch(failed=True, error=errno.EIO)),
    ],
)
def test_datagrams(program: Program, datagrams: list[bytes], watch: Watch) -> None:
    assert ask(program, datagrams) == watch
    assert expected(datagrams) == watch


def any_attribute(random: Random) -> bytes:
    kind = random.choice((NAME, NAME, ADDRESS, MTU, INFO, WIRELESS, 0x8000 | NAME, 0x8000 | INFO))
    value = random.choice(
        (b"lan\0", b"lan\0", b"lan", b"lan\0x", b"lan2\0", b"wan\0", b"", b"\0", b"l" * 300)
    )
    if kind & INFO == INFO:
        value = padded(attribute(NAME, b"lan\0")) + attribute(1, b"vlan\0")
    made = attribute(kind, value, extra=random.choice((0,) * 12 + (1, -1, 4, -4, 60000)))
    return padded(made) if random.random() < 0.8 else made


def any_message(random: Random) -> bytes:
    kind = random.choice((NEW,) * 12 + (DELETED, DONE, NOOP, OVERRUN, ERROR, NEW_ADDRESS))
    content = struct.pack("=i", random.choice((0, 0, -16, -105, 5, -(2**31))))
    if kind in {NEW, DELETED}:
        family = random.choice((0, 0, 0, BRIDGE))
        flags = random.choice((0, UP, UP | RUNNING, RUNNING, 0xFFFFFFFF))
        content = struct.pack("=BxHiII", family, 1, random.choice((2, 2, 3, 0, -1)), flags, 0)
        content += b"".join(any_attribute(random) for _ in range(random.randrange(4)))
    flags = random.choice((0, 2, 2, INTERRUPTED | 2))
    made = message(kind, content, flags=flags, extra=random.choice((0,) * 20 + (1, -1, 3, 2**31)))
    return padded(made) if random.random() < 0.9 else made


def test_netlink(fuzz: Fuzz, program: Program) -> None:
    """Accepted are those that name the link."""

    def one(random: Random) -> bool:
        datagrams = [
            b"".join(any_message(random) for _ in range(random.choice((1, 1, 2, 5))))
            for _ in range(random.choice((1, 1, 2, 3)))
        ]
        if random.random() < 0.5:
            datagrams.insert(random.randrange(2), THERE)
        if random.random() < 0.3:
            datagrams = [change(random, datagram)[:60000] for datagram in datagrams]
        watch = ask(program, datagrams)
        assert watch == expected(datagrams), datagrams
        return watch.seen

    fuzz.each(one, short=5000)
