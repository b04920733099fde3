"""The initramfs of every kernel, by the real compilers and headers: its size and what is in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import pytest

from liminix_gen import process
from liminix_gen.debian.settings import nix_environment
from tests.support.emission import HELLO, ROOT, fetched, prepared
from tests.support.evaluation import unpack

if TYPE_CHECKING:
    from collections.abc import Callable

LIB = ROOT / "templates" / "nix" / "lib" / "kernel"


class Target(NamedTuple):
    architecture: str
    compiler: str  # its prefix
    bits: int
    byte_order: Literal["big", "little"]
    machine: int  # e_machine, of elf.h


TARGETS = [
    Target("mips", "mips-linux-gnu-", 32, "big", 8),
    Target("mips", "mipsel-linux-gnu-", 32, "little", 8),
    Target("arm", "arm-linux-gnueabihf-", 32, "little", 40),
    Target("arm64", "aarch64-linux-gnu-", 64, "little", 183),
    Target("x86", "x86_64-linux-gnu-", 64, "little", 62),
]
every_target = pytest.mark.parametrize("target", TARGETS, ids=[each.compiler for each in TARGETS])


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("preinit")
    ready = prepared(HELLO, folder / "router")
    fetched(ready)
    return unpack(ready.tree, folder / "tree")


def nix(command: str, tree: Path, target: Target, *words: str | Path) -> process.Completed:
    assert shutil.which(f"{target.compiler}gcc"), f"apt-get install gcc-{target.compiler[:-1]}"
    given = ["--argstr", "architecture", target.architecture]
    given += ["--argstr", "prefix", target.compiler, "--arg", "tree", str(tree)]
    line = [*command.split(), ROOT / "tests/build/preinit.nix", *given, *words]
    return process.run(line, env=nix_environment(), timeout_s=900, check=False)


def built(tree: Path, target: Target, *words: str | Path) -> bytes:
    done = nix("nix-build --no-out-link", tree, target, *words)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip()).read_bytes()


class Entry(NamedTuple):
    mode: int
    links: int
    modified: int
    device: tuple[int, int]
    content: bytes


def entries(archive: bytes) -> dict[str, Entry]:
    """Read a newc archive (Documentation/driver-api/early-userspace/buffer-format.rst)."""
    found: dict[str, Entry] = {}
    place = 0
    while True:
        assert archive[place : place + 6] == b"070701"
        fields = [int(archive[start : start + 8], 16) for start in range(place + 6, place + 110, 8)]
        _, mode, user, group, links, modified, size, _, _, major, minor, name_bytes, _ = fields
        name = archive[place + 110 : place + 109 + name_bytes].decode()
        start = place + (110 + name_bytes + 3) // 4 * 4
        place = start + (size + 3) // 4 * 4
        if name == "TRAILER!!!":
            assert not archive[place:].strip(b"\0")
            return found
        assert (user, group) == (0, 0)
        content = archive[start : start + size]
        found[name] = Entry(mode, links, modified, (major, minor), content)


class Segment(NamedTuple):
    type: int
    offset: int
    address: int
    file_bytes: int
    memory_bytes: int
    flags: int


def check_program(program: bytes, target: Target) -> None:
    """Check that the kernel can map it, and that it is for this machine."""
    wide = target.bits == 64

    def number(place: int, size: int) -> int:
        return int.from_bytes(program[place : place + size], target.byte_order)

    assert program[:7] == b"\x7fELF" + bytes(
        [2 if wide else 1, 2 if target.byte_order == "big" else 1, 1]
    )
    assert number(16, 2) == 2  # ET_EXEC
    assert number(18, 2) == target.machine
    word = target.bits // 8
    entry, table = number(24, word), number(24 + word, word)
    # Nothing points to the section headers, which are cut off.
    assert number(24 + 2 * word, word) == 0
    entry_bytes, count = number(30 + 3 * word, 2), number(32 + 3 * word, 2)
    assert program[34 + 3 * word : 40 + 3 * word] == bytes(6)

    order = (0, 8, 16, 32, 40, 4) if wide else (0, 4, 8, 16, 20, 24)
    sizes = (4, 8, 8, 8, 8, 4) if wide else (4,) * 6
    segments = [
        Segment(
            *(
                number(table + i * entry_bytes + place, size)
                for place, size in zip(order, sizes, strict=True)
            )
        )
        for i in range(count)
    ]
    # PT_LOAD, PT_GNU_STACK: no interpreter, nothing dynamic.
    assert [segment.type for segment in segments] == [1, 0x6474E551]
    load, stack = segments
    assert load.address % 0x10000 == load.offset % 0x10000
    assert load.offset + load.file_bytes == len(program)
    assert load.memory_bytes > load.file_bytes
    assert load.flags == 7
    assert stack.flags == 6
    assert load.address < entry < load.address + load.file_bytes


def check_archive(archive: bytes, target: Target, limit_bytes: int) -> None:
    assert len(archive) <= limit_bytes
    found = entries(archive)
    program = found.pop("init")
    # As gen_init_cpio writes links: two for a folder.
    assert found == {
        "dev": Entry(0o40755, 2, 0, (0, 0), b""),
        "dev/console": Entry(0o20600, 1, 0, (5, 1), b""),
    }
    assert program[:3] == (0o100755, 1, 0)
    check_program(program.content, target)


@every_target
def test_archive(tree: Path, target: Target, figure: Callable[[str, str], None]) -> None:
    archive = built(tree, target)
    check_archive(archive, target, 3072)
    figure(f"preinit for {target.compiler[:-1]}", f"{len(archive)} bytes")


def test_it_is_built_the_same_again(tree: Path) -> None:
    target = TARGETS[0]
    built(tree, target)
    again = nix("nix-build --no-out-link --check", tree, target)
    assert again.returncode == 0, again.stderr


def test_too_large_is_told_by_how_much(tree: Path, tmp_path: Path) -> None:
    shutil.copytree(LIB.parent, tmp_path / "lib")
    source = tmp_path / "lib" / "kernel" / "preinit" / "preinit.c"
    text = source.read_text(encoding="utf-8")
    larger = text.replace('"cannot mount "', f'"cannot mount {"x" * 300}"')
    assert larger != text
    source.write_text(larger, encoding="utf-8")
    done = nix(
        "nix-build --no-out-link", tree, TARGETS[0], "--arg", "lib", tmp_path / "lib" / "kernel"
    )
    assert done.returncode != 0
    told = "preinit is an archive of 3584 bytes, 512 over the limit of 3072; its program has "
    assert told in done.stderr, done.stderr
