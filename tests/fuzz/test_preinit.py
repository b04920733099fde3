"""preinit, whole, in a world that an input makes: the kernel's command line, MTD devices, partitions.

Tried besides: texts longer than the page that is read, and cut off in mid line; quotes without an
end; values with line ends; labels of partitions that begin like another; devices that are not there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import NamedTuple

import pytest

from tests.fuzz.ground import Fuzz
from tests.fuzz.program import Program, built
from tests.runtime.router import ROOT
from tests.runtime.test_preinit import expected as expected_options

PAGE = 4096


class World(NamedTuple):
    line: bytes
    mtd: bytes = b""
    partitions: bytes = b""
    devices: Sequence[bytes] = ()
    activation: int = 0
    events: Sequence[tuple[bytes, bytes]] = ()

    @property
    def fields(self) -> bytes:
        all_fields = [
            self.line,
            self.mtd,
            self.partitions,
            b"".join(b"%s\n" % device for device in self.devices),
            bytes([self.activation]),
            *(part for event in self.events for part in event),
        ]
        return b"".join(struct.pack(">H", len(one)) + one for one in all_fields)


@contextmanager
def made_of_preinit() -> Iterator[Program]:
    sources = ROOT / "templates" / "nix" / "lib" / "kernel" / "preinit"
    flags = ("-Wno-sign-conversion", "-Wno-cast-qual", f"-I{ROOT}/tests/fuzz/nolibc")
    with built("preinit-world.c", sources, [], *flags) as made:
        yield made


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    with made_of_preinit() as made:
        yield made


def run(program: Program, world: World) -> list[bytes]:
    return program.ask(world.fields).split(b"\0")[:-1]


def partition(world: World, label: bytes) -> bytes:
    events = dict(reversed(world.events))
    for row in world.partitions[:PAGE].split(b"\n")[:-1]:
        name = row.rpartition(b" ")[2]
        event = events.get(name, b"") if len(name) < 32 else b""
        if b"\nPARTNAME=" + label + b"\n" in b"\n" + event[:PAGE]:
            return b"/dev/" + name
    return b"/dev/?"


def mtd_block(world: World, name: bytes) -> bytes:
    text = world.mtd[:PAGE]
    start = 0
    for row in text.split(b"\n"):
        quote = start + row.find(b'"')
        if b'"' in row and text.startswith(name + b'"\n', quote + 1):
            return b"/dev/mtdblock" + row[3:].partition(b":")[0]
        start += len(row) + 1
    return b"/dev/mtdblock"


def expected(world: World) -> list[bytes]:
    """What is right, told in another way."""
    # A page at most is read.
    options = expected_options(world.line[:PAGE])
    options = options._replace(
        root=options.root.replace(b"default root", b"(no root=)"),
        type=options.type.replace(b"default type", b"squashfs"),
        init=options.init.replace(b"default init", b"/init"),
    )
    device = options.root
    if device.startswith(b"PARTLABEL="):
        device = partition(world, device[10:])
    elif device.startswith(b"mtd:") and not options.type.startswith(b"jffs2"):
        device = mtd_block(world, device[4:])
    if device.startswith(b"/") and device not in world.devices:
        return [b"waits"]
    done = [b"mount", device, options.type, options.flags, options.mode]
    if options.mode == b"rw" and world.activation:
        return [*done, b"restart"]
    return [*done, b"run", options.init, b"end"]


DISKS = (
    b"major minor  #blocks  name\n\n   7        0      65536 loop0\n   8        1       100 sda1\n"
)
MTD = b'dev:    size   erasesize  name\nmtd0: 00040000 00010000 "boot"\nmtd12: 1 1 "root fs"\n'


@pytest.mark.parametrize(
    ("world", "done"),
    [
        (World(b"\n"), ["mount", "(no root=)", "squashfs", "", "ro", "run", "/init", "end"]),
        (World(b"root=/dev/vda\n"), ["waits"]),
        (
            World(b'root="mtd:root fs" rw', mtd=MTD, devices=[b"/dev/mtdblock12"]),
            ["mount", "/dev/mtdblock12", "squashfs", "", "rw", "run", "/init", "end"],
        ),
        (
            World(
                b"root=PARTLABEL=a rootfstype=ext4 rootflags=x init=/i",
                partitions=DISKS,
                devices=[b"/dev/sda1"],
                events=[(b"loop0", b"PARTNAME=ab\n"), (b"sda1", b"DEVNAME=sda1\nPARTNAME=a\n")],
            ),
            ["mount", "/dev/sda1", "ext4", "x", "ro", "run", "/i", "end"],
        ),
        (
            World(b"root=ubi0:x rw", activation=1),
            ["mount", "ubi0:x", "squashfs", "", "rw", "restart"],
        ),
        (World(b"root=/x " + b"x" * 4083 + b" root=/y", devices=[b"/x"]), None),
        (World(b"root=/x " + b"x" * 9000, devices=[b"/x"]), None),
        (World(b"root=mtd:b", mtd=MTD * 50 + b'mtd99: 1 1 "b"\n'), ["waits"]),
    ],
)
def test_worlds(program: Program, world: World, done: list[str] | None) -> None:
    assert run(program, world) == expected(world)
    assert done is None or expected(world) == [word.encode() for word in done]


def test_a_name_with_a_line_end() -> None:
    """Partition tables in the flash can have any name, and the kernel prints it as it is."""
    with made_of_preinit() as program:
        world = World(b"root=mtd:rootfs", mtd=b'mtd0: 1 1 "x\n"rootfs"\n')
        assert run(program, world) == [b"waits"]


NAMES = (b"rootfs", b"root fs", b"rootfs2", b"a", b"", b'"', b"a=b", b"\xc3\xa0", b"r" * 300)
OPTIONS = (
    b"root=",
    b"rootfstype=",
    b"rootflags=",
    b"init=",
    b"console=",
    b"ro",
    b"rw",
    b"--",
    b"x",
)


def any_line(random: Random, names: Sequence[bytes]) -> bytes:
    words: list[bytes] = []
    for _ in range(random.randrange(8)):
        value = random.choice((b"/dev/vda", b"jffs2", b"", *names))
        value = random.choice((b"", b"mtd:", b"PARTLABEL=", b"/dev/")) + value
        word = random.choice((*OPTIONS, b"root=", b"root=")) + value
        if random.random() < 0.5:
            word = random.choice((b'"%s"', b'"%s', b'%s"', b"%s")) % word.replace(b"%", b"")
        words.append(word)
    if random.random() < 0.1:
        words.insert(random.randrange(len(words) + 1), b"x" * random.choice((2000, 4090, 5000)))
    return random.choice((b" ", b" ", b"\t", b"\n", b"  ")).join(words).replace(b"\0", b"")


def any_world(random: Random) -> World:
    names = [random.choice(NAMES) for _ in range(random.randrange(6))]
    mtd = b"dev:    size   erasesize  name\n" + b"".join(
        b'mtd%d: 00040000 00010000 "%s"\n' % (random.choice((number, 2**31 - 1)), name)
        for number, name in enumerate(names)
    )
    disks = [random.choice((b"sda", b"sda1", b"nvme0n1p1", b"x" * 31, b"x" * 32)) for _ in names]
    events = [
        (
            disk,
            b"DEVNAME=%s\nPARTNAME=%s\n" % (disk, random.choice((b"a", b"a\nPARTNAME=b", *names))),
        )
        for disk in disks
    ]
    rows = b"".join(b"   8 %8d %10d %s\n" % (number, 1, disk) for number, disk in enumerate(disks))
    partitions = b"major minor  #blocks  name\n\n" + rows
    if random.random() < 0.1:
        partitions = partitions * 30
        mtd += mtd * 20
    if random.random() < 0.2:
        mtd = mtd[: random.randrange(len(mtd) + 1)]
        partitions = partitions[: random.randrange(len(partitions) + 1)]
    world = World(
        random.choice((b"root=mtd:%s " % names[-1] if names else b"", b""))
        + any_line(random, names),
        mtd,
        partitions,
        (),
        random.choice((0, 0, 0, 1, 255)),
        events,
    )
    # Most devices are there.
    sought = expected(world._replace(devices=_Any()))
    if random.random() < 0.6 and sought[0] == b"mount" and b"\n" not in sought[1]:
        world = world._replace(devices=[b"/dev/other", sought[1]])
    return world


class _Any(tuple[bytes, ...]):
    """Holds every device."""

    __slots__ = ()

    def __contains__(self, _: object) -> bool:
        return True


def test_preinit(fuzz: Fuzz, program: Program) -> None:
    """Accepted are those that get to an init."""

    def one(random: Random) -> bool:
        world = any_world(random)
        done = run(program, world)
        assert done == expected(world), world
        return b"run" in done

    fuzz.each(one, short=3000)
