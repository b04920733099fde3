"""What preinit reads: the kernel's command line, and names of MTD devices and partitions."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.runtime.router import ROOT, compile_c

SOURCES = ROOT / "templates" / "nix" / "lib" / "kernel" / "preinit"


class Options(NamedTuple):
    root: bytes = b"default root"
    type: bytes = b"default type"
    flags: bytes = b""
    init: bytes = b"default init"
    mode: bytes = b"ro"


class Reader:
    """The program of preinit.c."""

    def __init__(self, program: Path) -> None:
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def ask(self, what: str, first: bytes, second: bytes, answers: int) -> list[bytes]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdin.write(b"%s %d %d\n" % (what.encode(), len(first), len(second)))
        self.process.stdin.write(first + second)
        self.process.stdin.flush()
        found: list[bytes] = []
        for _ in range(answers):
            size = self.process.stdout.readline()
            assert size, self.process.stderr.read().decode()
            found.append(self.process.stdout.read(int(size)))
        return found

    def options(self, line: bytes) -> Options:
        return Options(*self.ask("options", line, b"", len(Options._fields)))

    def mtd(self, text: bytes, name: bytes) -> bytes:
        return self.ask("mtd", text, name, 1)[0]

    def disks(self, text: bytes) -> list[bytes]:
        return self.ask("names", text, b"", 1)[0].split(b"\n")[:-1]

    def label(self, event: bytes, label: bytes) -> bool:
        return self.ask("label", event, label, 1)[0] == b"y"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    assert shutil.which("gcc"), "apt-get install gcc"
    program = tmp_path_factory.mktemp("preinit") / "reader"
    here = Path(__file__).with_name("preinit.c")
    # Plain char is signed on some architectures and unsigned on others; here it is the other one.
    flags = ["-funsigned-char", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    compile_c(program, [here], *flags, f"-I{SOURCES}")
    reader = Reader(program)
    yield reader
    reader.process.communicate(timeout=10)
    assert reader.process.returncode == 0


@pytest.mark.parametrize(
    ("line", "options"),
    [
        (b"", Options()),
        (b"\n", Options()),
        (b"quiet root=/dev/vda\n", Options(root=b"/dev/vda")),
        (
            b"console=ttyS0 root=mtd:rootfs rootfstype=jffs2 rootflags=compr=none init=/sbin/init rw",
            Options(b"mtd:rootfs", b"jffs2", b"compr=none", b"/sbin/init", b"rw"),
        ),
        # The last one counts, of each by itself.
        (b"root=a init=b root=c ro rw", Options(root=b"c", init=b"b", mode=b"rw")),
        (b"rw root=a ro", Options(root=b"a")),
        (b"root=a root=", Options(root=b"")),
        # Words that only look like options.
        (b"xroot=a rootx=b root rdinit=/x rootdelay=1 rootwait", Options()),
        (b"rwx row r rw=1 raw Rw -rw rw.", Options()),
        (b"nfsroot=1 rootfstypes=x ROOT=/x", Options()),
        # Blanks.
        (b"  root=a \t init=b\n", Options(root=b"a", init=b"b")),
        (b"root= a", Options(root=b"")),
        # Quotes.
        (b'root="mtd:User FS" rw', Options(root=b"mtd:User FS", mode=b"rw")),
        (b'"root=mtd:User FS" rw', Options(root=b"mtd:User FS", mode=b"rw")),
        (b'rootflags="a b" init=/x', Options(flags=b"a b", init=b"/x")),
        (b'x="root=a init=b" rw', Options(mode=b"rw")),
        (b'root="a init=b', Options(root=b"a init=b")),
        (b'""root=a "" "rw"', Options(root=b"a", mode=b"rw")),
        # What comes behind is the init's.
        (b"root=a -- root=b rw", Options(root=b"a")),
        (b"root=a --root=b -- rw", Options(root=b"a")),
        (b"root=a - rw", Options(root=b"a", mode=b"rw")),
        # Bytes above 127 are no blanks.
        ("root=/dev/sdà rw".encode(), Options(root="/dev/sdà".encode(), mode=b"rw")),
        (b"root=a\xa0rw", Options(root=b"a\xa0rw")),
    ],
)
def test_options(reader: Reader, line: bytes, options: Options) -> None:
    assert reader.options(line) == options


def expected(line: bytes) -> Options:
    """What is right, told in another way."""
    found = Options()
    for quoted in re.findall(rb'(?:[^\x01-\x20"]|"[^"]*(?:"|$))+', line):
        word = quoted.replace(b'"', b"")
        name, _, value = word.partition(b"=")
        if word == b"--":
            break
        if word in (b"ro", b"rw"):
            found = found._replace(mode=word)
        elif b"=" in word and name in (b"root", b"init"):
            found = found._replace(**{name.decode(): value})
        elif b"=" in word and name in (b"rootfstype", b"rootflags"):
            found = found._replace(**{name.decode().removeprefix("root").removeprefix("fs"): value})
    return found


relaxed = settings(
    max_examples=500,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
pieces = st.sampled_from(
    [b"root", b"rootfstype", b"rootflags", b"init", b"ro", b"rw", b"=", b'"', b" ", b" ", b"--"]
)
lines = st.lists(pieces | st.binary(max_size=3), max_size=25).map(
    lambda parts: b"".join(parts).replace(b"\0", b"")
)


@relaxed
@given(line=lines)
@example(line=b"root=" * 800)
def test_any_line_is_read_as_told(reader: Reader, line: bytes) -> None:
    assert reader.options(line) == expected(line)


def mtd_text(names: list[bytes]) -> bytes:
    """As mtd_proc_show() of the kernel's drivers/mtd/mtdcore.c writes it."""
    rows = [b'mtd%d: %08x %08x "%s"\n' % (i, 0x2E0000, 65536, name) for i, name in enumerate(names)]
    return b"dev:    size   erasesize  name\n" + b"".join(rows)


@pytest.mark.parametrize(
    ("names", "name", "number"),
    [
        ([], b"rootfs", b""),
        ([b"rootfs"], b"rootfs", b"0"),
        ([b"YAMON", b"User FS", b"rootfs"], b"User FS", b"1"),
        ([b"rootfs2", b"rootf", b"xrootfs", b"rootfs"], b"rootfs", b"3"),
        ([b"a"] * 11 + [b"rootfs"], b"rootfs", b"11"),
        ([b"rootfs", b"rootfs"], b"rootfs", b"0"),
        ([b'x"rootfs', b"rootfs"], b"rootfs", b"1"),
        ([b"", b"a"], b"", b"0"),
        ([b"a"], b"", b""),
    ],
)
def test_mtd_device_by_name(reader: Reader, names: list[bytes], name: bytes, number: bytes) -> None:
    assert reader.mtd(mtd_text(names), name) == number


names = st.lists(st.sampled_from([b"a", b"b", b'"', b" ", b":", b"mtd1"]), max_size=4).map(b"".join)


@relaxed
@given(devices=st.lists(names, max_size=8), name=names)
def test_the_first_device_with_exactly_that_name_is_found(
    reader: Reader, devices: list[bytes], name: bytes
) -> None:
    number = b"%d" % devices.index(name) if name in devices else b""
    assert reader.mtd(mtd_text(devices), name) == number


@relaxed
@given(devices=st.lists(names, min_size=1, max_size=3), name=names, data=st.data())
def test_a_text_that_ends_in_mid_line_has_the_devices_before(
    reader: Reader, devices: list[bytes], name: bytes, data: st.DataObject
) -> None:
    whole = mtd_text(devices)
    text = whole[: data.draw(st.integers(0, len(whole)))]
    complete = devices[: max(text.count(b"\n") - 1, 0)]
    assert reader.mtd(text, name) == (b"%d" % complete.index(name) if name in complete else b"")


# As show_partition() of the kernel's block/genhd.c writes it.
DISKS = b"""major minor  #blocks  name

   7        0      65536 loop0
 259        0  500107608 nvme0n1
 259        1      65536 nvme0n1p1
   8        1 1048576000000 sda1
"""


def test_names_of_block_devices(reader: Reader) -> None:
    names = [b"name", b"", b"loop0", b"nvme0n1", b"nvme0n1p1", b"sda1"]
    assert reader.disks(DISKS) == names
    # What was cut off in mid line is left out, as is a name that has no place.
    assert reader.disks(DISKS[:-1]) == names[:-1]
    assert reader.disks(b"8 0 1 " + b"x" * 31 + b"\n") == [b"x" * 31]
    assert reader.disks(b"8 0 1 " + b"x" * 32 + b"\n") == [b""]
    assert reader.disks(b"") == []


EVENT = b"MAJOR=8\nMINOR=1\nDEVNAME=sda1\nDEVTYPE=partition\nPARTN=3\nPARTNAME=root-1234\n"


@pytest.mark.parametrize(
    ("event", "label", "has"),
    [
        (EVENT, b"root-1234", True),
        (EVENT, b"root-123", False),
        (EVENT, b"root-12345", False),
        (EVENT, b"", False),
        (EVENT[:-1], b"root-1234", False),
        (b"PARTNAME=a\nX=b\n", b"a", True),
        (b"XPARTNAME=a\n", b"a", False),
        (b"", b"", False),
    ],
)
def test_the_label_of_a_partition(reader: Reader, event: bytes, label: bytes, *, has: bool) -> None:
    assert reader.label(event, label) == has
