"""A kernel that is an ELF file, with the device tree in it (outputs/kernel_image)."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from liminix_gen import process
from liminix_gen.debian.settings import nix_environment
from tests.support.emission import HELLO, ROOT, fetched, prepared
from tests.support.evaluation import unpack

PT_LOAD = 1
# Of the kernel that elf-image.nix makes: its start, and the section of the device tree there.
ADDRESS = 0x80100000
PLACE = 32
ROOM = 4096


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("elf-image")
    ready = prepared(HELLO, folder / "router")
    fetched(ready)
    return unpack(ready.tree, folder / "tree")


def build(tree: Path, *attributes: str, **facts: str | int) -> process.Completed:
    words = ["--arg", "tree", str(tree)]
    for name, value in facts.items():
        words += ["--argstr" if isinstance(value, str) else "--arg", name, str(value)]
    for attribute in attributes:
        words += ["-A", attribute]
    command = ["nix-build", "--no-out-link", ROOT / "tests/build/elf-image.nix", *words]
    return process.run(command, env=nix_environment(), timeout_s=600, check=False)


def memory(elf: bytes, order: str) -> bytes:
    """Return what a boot loader has loaded, from the first address on (elf(5))."""
    (headers,) = struct.unpack_from(f"{order}I", elf, 28)
    size, count = struct.unpack_from(f"{order}HH", elf, 42)
    found = bytearray()
    for place in range(headers, headers + size * count, size):
        kind, offset, address, _, length = struct.unpack_from(f"{order}5I", elf, place)
        if kind == PT_LOAD:
            start = address - ADDRESS
            found.extend(bytes(max(0, start + length - len(found))))
            found[start : start + length] = elf[offset : offset + length]
    return bytes(found)


@pytest.mark.parametrize(
    ("prefix", "order"), [("mipsel-linux-gnu-", "<"), ("mips-linux-gnu-", ">")]
)
def test_the_device_tree_is_where_the_kernel_looks_for_it(
    tree: Path, prefix: str, order: str
) -> None:
    done = build(tree, "image", "kernel", "device-tree", prefix=prefix)
    assert done.returncode == 0, done.stderr
    image, kernel, device_tree = map(Path, done.stdout.split())
    before = memory((kernel / "kernel").read_bytes(), order)
    after = memory(image.read_bytes(), order)
    content = device_tree.read_bytes()
    assert b"root=/dev/vda\0" in content
    assert before[PLACE : PLACE + ROOM] == bytes(ROOM)
    assert after[PLACE : PLACE + len(content)] == content
    # The rest of the section is not in the file; whatever the memory holds there is not read.
    assert after[:PLACE] == before[:PLACE]
    assert after[PLACE + ROOM :] == before[PLACE + ROOM :] == b"what lies behind"


def test_a_device_tree_fills_the_section_at_most(tree: Path) -> None:
    empty = build(tree, "device-tree")
    assert empty.returncode == 0, empty.stderr
    bytes_left = ROOM - len(Path(empty.stdout.strip()).read_bytes())
    # A property has a header of 12 bytes already, and a size that is a multiple of 4.
    assert bytes_left % 4 == 0
    assert build(tree, "image", paddingBytes=bytes_left).returncode == 0
    done = build(tree, "image", paddingBytes=bytes_left + 4)
    assert done.returncode != 0
    assert (
        f"test-board: the device tree has {ROOM + 4} bytes, and the kernel's section" in done.stderr
    )
    assert f".appended_dtb, has {ROOM};" in done.stderr


def test_a_kernel_without_the_section_is_refused(tree: Path) -> None:
    done = build(tree, "image", room="")
    assert done.returncode != 0
    assert ".appended_dtb, has 0; without MIPS_ELF_APPENDED_DTB there is none" in done.stderr


def test_a_raw_kernel_is_refused(tree: Path) -> None:
    done = build(tree, "image", kernelFile="kernel.bin")
    assert done.returncode != 0
    assert "test-board: the kernel is no ELF file, and the boot loader takes one" in done.stderr


@pytest.mark.parametrize(
    ("prefix", "order"), [("mipsel-linux-gnu-", "<"), ("mips-linux-gnu-", ">")]
)
def test_from_memory(tree: Path, prefix: str, order: str, tmp_path: Path) -> None:
    done = build(tree, "tftpboot", prefix=prefix)
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.strip())
    lines = [line.strip() for line in (folder / "boot.cmd").read_text().splitlines()]
    started = [line for line in lines if line.startswith(("setenv", "boot"))]
    assert started == [
        "setenv bootargs liminix",
        "setenv autostart yes",
        "bootelf -p 0x81000000",
    ]
    # Nobody else tells the kernel how much memory there is, and where the root is in it.
    content = memory((folder / "kernel").read_bytes(), order)
    device_tree = tmp_path / "tree.dtb"
    (size,) = struct.unpack_from(">I", content, PLACE + 4)
    device_tree.write_bytes(content[PLACE : PLACE + size])

    def property_(node: str, name: str) -> str:
        words: list[str | Path] = ["fdtget", "-t", "x" if name == "reg" else "s", device_tree]
        return process.run([*words, node, name]).stdout.strip()

    assert property_("/memory@0", "device_type") == "memory"
    assert property_("/memory@0", "reg") == "0 8000000"
    assert property_("/reserved-memory/memory@2000000", "reg") == "2000000 1000"
    assert property_("/chosen", "bootargs").endswith("root=mtd:memory rootfstype=squashfs ro")


def test_an_elf_file_says_where_it_runs(tree: Path) -> None:
    done = build(tree, "tftpboot", rootAddress=f"{ADDRESS % 0x20000000:#010x}")
    assert done.returncode != 0
    assert (
        "test-board: the root (0x00100000 to 0x00102000) and the kernel (0x00100000 to 0x001"
        in done.stderr
    )
