"""Make what kexec starts: a kernel, a root in memory, and the device tree that tells of it.

usage: kexec-image.py LAYOUT KERNEL TREE ROOT

LAYOUT is JSON: `device`; `commandLine`, without what it says of the root in memory; `ramBytes`, the
memory that the kernel may use, from address 0; `rootAddress`, where the root goes, as text. KERNEL
is a 32-bit ELF file of MIPS, TREE the board's device tree, ROOT a squashfs. Writes kernel.elf,
which holds kernel and root, device-tree.dtb and manifest.json into the working directory.

kexec -l loads every PT_LOAD. It takes the last one for the kernel and puts the device tree behind
that (kexec/arch/mips/kexec-elf-mips.c), so that of the root comes first. Sections are left out.
"""

import hashlib
import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, TypedDict

HEADER = 52
ENTRY = 32
PT_LOAD = 1

# What kexec takes from an address to get the physical one: KSEG0, the cached window.
KSEG0 = 0x80000000

# kexec puts the device tree there.
BEHIND_KERNEL = 0x100000

# The size of a phram is a multiple of its erase block, a page (drivers/mtd/devices/phram.c).
PAGE = 4096

LABEL = "memory"


class Layout(TypedDict):
    """Where things go on a board."""

    device: str
    commandLine: str
    ramBytes: int
    rootAddress: str


class Segment(NamedTuple):
    """What a program header says; addresses are physical, and `content` may be shorter."""

    name: str
    address: int
    content: bytes
    memory_bytes: int
    flags: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.memory_bytes


def both(number: int) -> str:
    """Write a number of bytes in decimal and in hex."""
    return f"{number} ({number:#x})"


def endianness(kernel: bytes) -> str:
    """Return the byte order as `struct` has it; refuse what kexec would not take."""
    if kernel[:5] != b"\x7fELF\x01":
        sys.exit("the kernel is no 32-bit ELF file")
    return "<" if kernel[5] == 1 else ">"


def segments(kernel: bytes, order: str) -> list[Segment]:
    """Return what is to be loaded of a kernel."""
    start, size, count = (
        *struct.unpack_from(f"{order}I", kernel, 28),
        *struct.unpack_from(f"{order}HH", kernel, 42),
    )
    found: list[Segment] = []
    for number in range(count):
        kind, offset, _, address, file_bytes, memory_bytes, flags, _ = struct.unpack_from(
            f"{order}8I", kernel, start + number * size
        )
        if kind == PT_LOAD:
            content = kernel[offset : offset + file_bytes]
            found.append(Segment("kernel", address - KSEG0, content, memory_bytes, flags))
    return found


def check(layout: Layout, root: Segment, kernel: list[Segment]) -> None:
    """See that nothing overlaps, and that all of it is memory."""
    device = layout["device"]
    rows = [f"  {one.name}: {one.address:#010x} to {one.end:#010x}" for one in (*kernel, root)]
    rows += [f"  memory: 0x00000000 to {layout['ramBytes']:#010x}"]
    for one in kernel:
        if root.address < one.end + BEHIND_KERNEL and one.address < root.end:
            sys.exit("\n".join([f"{device}: the root in memory overlaps the kernel", *rows]))
    over = root.end - layout["ramBytes"]
    if over > 0:
        sys.exit("\n".join([f"{device}: the root is too large, by {both(over)} bytes", *rows]))
    left = both(layout["ramBytes"] - root.memory_bytes)
    sys.stderr.write("\n".join([*rows, f"{device}: {left} bytes are left beside the root", ""]))


def elf(kernel: bytes, order: str, parts: list[Segment]) -> bytes:
    """Return an ELF file with these segments and the kernel's entry."""
    header = bytearray(kernel[:HEADER])
    struct.pack_into(f"{order}II", header, 28, HEADER, 0)  # program headers, no sections
    struct.pack_into(f"{order}HHHHH", header, 42, ENTRY, len(parts), 0, 0, 0)
    offset = HEADER + ENTRY * len(parts)
    table, body = b"", b""
    for one in parts:
        address = one.address + KSEG0
        table += struct.pack(
            f"{order}8I",
            PT_LOAD,
            offset + len(body),
            address,
            address,
            len(one.content),
            one.memory_bytes,
            one.flags,
            1,
        )
        body += one.content
    return bytes(header) + table + body


def put(kind: str, node: str, name: str, *values: str) -> None:
    """Set a property of the device tree (fdtput(1))."""
    command = ["fdtput", "-p", "-t", kind, "device-tree.dtb", node, name, *values]
    subprocess.run(command, check=True)


def write_tree(board: bytes, layout: Layout, root: Segment, command_line: str) -> None:
    """Write the board's device tree with its memory, the root in it, and the command line."""
    Path("device-tree.dtb").write_bytes(board)
    reserved = f"/reserved-memory/{LABEL}@{root.address:x}"
    put("s", "/chosen", "bootargs", command_line)
    put("s", "/memory@0", "device_type", "memory")
    put("x", "/memory@0", "reg", "0", f"{layout['ramBytes']:x}")
    for name in ("#address-cells", "#size-cells"):
        put("x", "/reserved-memory", name, "1")
    put("x", "/reserved-memory", "ranges")
    put("s", reserved, "compatible", "phram")
    put("s", reserved, "label", LABEL)
    put("x", reserved, "reg", f"{root.address:x}", f"{root.memory_bytes:x}")


def write_manifest(device: str, image: str) -> None:
    """Write what `liminix-gen kexec` compares the files and the board with."""
    parts: list[dict[str, object]] = []
    for name in ("kernel.elf", "device-tree.dtb"):
        content = Path(name).read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        parts.append({"name": name, "size-bytes": len(content), "sha256": sha256})
    manifest = {"device": device, "kexec-image": image, "parts": parts}
    Path("manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def main() -> None:
    """Read the command line; check, then write."""
    layout: Layout = json.loads(Path(sys.argv[1]).read_text())
    kernel, tree, content = (Path(name).read_bytes() for name in sys.argv[2:])
    order = endianness(kernel)
    loaded = segments(kernel, order)
    size = -(-len(content) // PAGE) * PAGE
    root = Segment("root", int(layout["rootAddress"], 16), content, size, 4)
    check(layout, root, loaded)
    whole = elf(kernel, order, [root, *loaded])
    Path("kernel.elf").write_bytes(whole)

    line = f"{layout['commandLine']} root=mtd:{LABEL} rootfstype=squashfs ro"
    # The system that comes up says by this word which image it was started from.
    image = hashlib.sha256(whole + tree + line.encode()).hexdigest()[:16]
    write_tree(tree, layout, root, f"{line} liminix.image={image}")
    write_manifest(layout["device"], image)


main()
