"""One ELF file of a kernel and a root in memory, and the device tree that tells of it."""

from __future__ import annotations

import hashlib
import json
import re
import struct
import sys
from pathlib import Path

import pytest

from liminix_gen import process
from liminix_gen.deploy import kexec

SCRIPT = Path(__file__).parents[2] / "templates/nix/lib/python/kexec_image.py"
ENTRY = 0x80101234
TREE = """\
/dts-v1/;
/ { #address-cells = <1>; #size-cells = <1>; compatible = "mti,malta"; chosen { bootargs = "x"; }; };
"""


def kernel(order: str, *, memory_bytes: int = 0x3000) -> bytes:
    """Return an ELF file with a note, 0x2000 bytes to load at 0x80100000, and sections."""
    ident = b"\x7fELF\x01" + (b"\x01" if order == "<" else b"\x02") + b"\x01" + bytes(9)
    numbers = (2, 8, 1, ENTRY, 52, 0x9999, 0x70001001, 52, 32, 2, 40, 7, 6)
    header = ident + struct.pack(f"{order}HHIIIIIHHHHHH", *numbers)
    note = struct.pack(f"{order}8I", 4, 0x200, 0x80100000, 0x80100000, 16, 16, 4, 4)
    load = struct.pack(
        f"{order}8I", 1, 0x1000, 0x80100000, 0x80100000, 0x2000, memory_bytes, 7, 0x1000
    )
    return (header + note + load).ljust(0x1000, b"\0") + b"kernel! " * 0x400


def make(
    folder: Path,
    order: str = "<",
    *,
    address: str = "0x04000000",
    ram: int = 0x7FFF000,
    root: bytes = b"root" * 1100,
    memory_bytes: int = 0x3000,
) -> process.Completed:
    (folder / "tree.dts").write_text(TREE)
    process.run(["dtc", "-q", "-O", "dtb", "-o", str(folder / "tree"), str(folder / "tree.dts")])
    (folder / "kernel").write_bytes(kernel(order, memory_bytes=memory_bytes))
    (folder / "root").write_bytes(root)
    layout = {
        "device": "board",
        "commandLine": "console=ttyS0",
        "ramBytes": ram,
        "rootAddress": address,
    }
    (folder / "layout").write_text(json.dumps(layout))
    command = [sys.executable, str(SCRIPT), "layout", "kernel", "tree", "root"]
    return process.run(command, cwd=folder, check=False)


def segments(file: bytes, order: str) -> list[tuple[int, bytes, int]]:
    """Return address, content and size in memory of what is to be loaded, in order."""
    start, count = (
        struct.unpack_from(f"{order}I", file, 28)[0],
        struct.unpack_from(f"{order}H", file, 44)[0],
    )
    found = []
    for number in range(count):
        header = struct.unpack_from(f"{order}8I", file, start + 32 * number)
        assert header[0] == 1
        found.append((header[3], file[header[1] : header[1] + header[4]], header[5]))
    return found


def tree(folder: Path, node: str, name: str, kind: str = "s") -> str:
    command = ["fdtget", "-t", kind, str(folder / "device-tree.dtb"), node, name]
    return process.run(command).stdout.strip()


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_kernel_comes_last_and_the_root_is_where_it_belongs(tmp_path: Path, order: str) -> None:
    done = make(tmp_path, order)
    assert done.returncode == 0, done.stderr
    file = (tmp_path / "kernel.elf").read_bytes()
    assert struct.unpack_from(f"{order}I", file, 24) == (ENTRY,)
    root, image = segments(file, order)
    assert root == (0x84000000, b"root" * 1100, 0x2000)
    assert image == (0x80100000, b"kernel! " * 0x400, 0x3000)
    shown = process.run(["readelf", "-lhW", str(tmp_path / "kernel.elf")])
    assert "Warning" not in shown.stderr
    assert "Number of section headers:         0" in shown.stdout


def test_the_device_tree_tells_of_memory_root_and_image(tmp_path: Path) -> None:
    assert make(tmp_path).returncode == 0
    assert tree(tmp_path, "/memory@0", "reg", "x") == "0 7fff000"
    node = "/reserved-memory/memory@4000000"
    assert tree(tmp_path, node, "reg", "x") == "4000000 2000"
    assert tree(tmp_path, node, "compatible") == "phram"
    image = kexec.read(tmp_path)
    assert image.device == "board"
    assert tree(tmp_path, "/chosen", "bootargs") == (
        f"console=ttyS0 root=mtd:memory rootfstype=squashfs ro liminix.image={image.image}"
    )
    hashes = {part.name: part.sha256 for part in image.parts}
    whole = (tmp_path / "kernel.elf").read_bytes()
    assert hashes["kernel.elf"] == hashlib.sha256(whole).hexdigest()


def test_another_root_is_another_image(tmp_path: Path) -> None:
    make(tmp_path)
    first = kexec.read(tmp_path).image
    make(tmp_path)
    assert kexec.read(tmp_path).image == first
    make(tmp_path, root=b"other")
    assert kexec.read(tmp_path).image != first


def test_a_root_over_the_kernel_is_refused(tmp_path: Path) -> None:
    for address in ("0x00100000", "0x00102000", "0x00103000", "0x000ff000"):
        done = make(tmp_path, address=address)
        kernel = "the kernel, with room for the device tree (0x00100000 to 0x00203000)"
        assert re.search(
            rf"board: the root \(.*\) and {re.escape(kernel)} overlap, by", done.stderr
        )
        assert done.returncode == 1
    assert not (tmp_path / "kernel.elf").exists()
    assert make(tmp_path, address="0x000fe000").returncode == 0
    assert make(tmp_path, address="0x00203000").returncode == 0


def test_a_root_beyond_the_memory_is_refused_with_the_bytes_over(tmp_path: Path) -> None:
    done = make(tmp_path, ram=0x4001000)
    assert done.returncode == 1
    told = "board: the root (0x04000000 to 0x04002000) is not in the memory"
    assert f"{told} (0x00000000 to 0x04001000), by 4096 (0x1000) bytes" in done.stderr
    assert make(tmp_path, ram=0x4002000).returncode == 0


def test_what_is_no_kernel_is_refused(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "kernel").write_bytes(b"MZ" * 100)
    command = [sys.executable, str(SCRIPT), "layout", "kernel", "tree", "root"]
    done = process.run(command, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert "no 32-bit ELF file" in done.stderr
