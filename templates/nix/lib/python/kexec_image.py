"""Make what kexec starts: a kernel, a root in memory, and the device tree that tells of it.

usage: kexec_image.py LAYOUT KERNEL TREE ROOT

LAYOUT is JSON: `device`; `commandLine`, without what it says of the root in memory; `ramBytes`, the
memory that the kernel may use, from address 0; `rootAddress`, where the root goes, as text. KERNEL
is a 32-bit ELF file of MIPS, TREE the board's device tree, ROOT a squashfs. Writes kernel.elf,
which holds kernel and root, device-tree.dtb and manifest.json into the working directory.

kexec -l loads every PT_LOAD. It takes the last one for the kernel and puts the device tree behind
that (kexec/arch/mips/kexec-elf-mips.c), so that of the root comes first. Sections are left out.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import TypedDict

import elf
import manifest
from device_tree import ROOT_WORDS, DeviceTree
from memory import Region, check, pages

# What kexec takes from an address to get the physical one: KSEG0, the cached window.
KSEG0 = 0x80000000

# kexec puts the device tree there.
BEHIND_KERNEL = 0x100000

READABLE = 4


class Layout(TypedDict):
    """Where things go on a board."""

    device: str
    commandLine: str
    ramBytes: int
    rootAddress: str


def kernel_of(content: bytes) -> elf.Elf:
    """Return the kernel; refuse what kexec would not take."""
    if content[:5] != elf.MAGIC + b"\x01":
        sys.exit("the kernel is no 32-bit ELF file")
    return elf.Elf(content)


def region_of(kernel: elf.Elf) -> Region:
    """Return where the kernel and the device tree behind it are."""
    loaded = kernel.loaded()
    start = min(one.physical for one in loaded)
    end = max(one.physical + one.memory_bytes for one in loaded)
    return Region(start - KSEG0, end - start + BEHIND_KERNEL)


def with_root(kernel: elf.Elf, root: Region, content: bytes) -> bytes:
    """Return the kernel's file with the root as its first segment."""
    first = (root.start + KSEG0, content, root.bytes, READABLE)
    rest = [
        (one.physical, kernel.content(one), one.memory_bytes, one.flags) for one in kernel.loaded()
    ]
    return elf.of_segments(kernel, [first, *rest])


def write_tree(board: bytes, memory: Region, root: Region, command_line: str) -> None:
    """Write the board's device tree with its memory, the root in it, and the command line."""
    path = Path("device-tree.dtb")
    path.write_bytes(board)
    tree = DeviceTree(path)
    tree.put("s", "/chosen", "bootargs", command_line)
    tree.put_memory(memory)
    tree.reserve_root(root)


def main() -> None:
    """Read the command line; check, then write."""
    layout: Layout = json.loads(Path(sys.argv[1]).read_text())
    content, tree, root_file = (Path(name).read_bytes() for name in sys.argv[2:])
    kernel = kernel_of(content)
    root = Region(int(layout["rootAddress"], 16), pages(len(root_file)))
    memory = Region(0, layout["ramBytes"])
    used = {"the root": root, "the kernel, with room for the device tree": region_of(kernel)}
    check(layout["device"], memory, used, {})
    whole = with_root(kernel, root, root_file)
    Path("kernel.elf").write_bytes(whole)

    line = f"{layout['commandLine']} {ROOT_WORDS}"
    # The system that comes up says by this word which image it was started from.
    image = hashlib.sha256(whole + tree + line.encode()).hexdigest()[:16]
    write_tree(tree, memory, root, f"{line} liminix.image={image}")
    names = ("kernel.elf", "device-tree.dtb")
    parts = [manifest.part(name, Path(name).read_bytes()) for name in names]
    manifest.write(Path("manifest.json"), layout["device"], parts, {"kexec-image": image})


if __name__ == "__main__":
    main()
