"""Make what U-Boot runs to start an image from memory, or to write one to flash.

usage: u-boot.py tree LAYOUT TREE ROOT
       u-boot.py memory LAYOUT KERNEL FILE ROOT TREE
       u-boot.py flash LAYOUT IMAGE MANIFEST

LAYOUT is JSON: `device`; `architecture`, the kernel's; `commandLine`; `boot` and `tftp`, facts of
the board. For `flash` it also has `flash`, and `keepsRest`: what lies behind the image stays as it
is. KERNEL is the kernel as it runs, FILE the one that U-Boot is given, ROOT a squashfs. A TREE of
no bytes stands for the one that the boot loader has. MANIFEST says where the parts of IMAGE are.
Everything is written into the working directory:

- tree: device-tree.dtb, TREE with the root in memory and the command line
- memory: kernel, rootfs, perhaps device-tree.dtb, boot.cmd, manifest.json
- flash: flash.cmd, perhaps environment.txt

Scripts need U-Boot's hush and `itest`, and `fdt` where the boot loader has the tree. They nest, as
`exit` in an `if` does not end a script of U-Boot 2023.01.
"""

import hashlib
import json
import struct
import subprocess
import sys
import zlib
from itertools import combinations
from pathlib import Path
from typing import NamedTuple, NotRequired, TypedDict, cast

# A phram is whole erase blocks, which are pages (drivers/mtd/devices/phram.c of the kernel).
PAGE = 4096

# The name of the root's MTD partition. Flashes have others.
LABEL = "memory"

ROOT_WORDS = f"root=mtd:{LABEL} rootfstype=squashfs ro"

# What a MIPS kernel uses behind its file, which a raw binary does not say: the room for a device
# tree, of 1 MiB (arch/mips/kernel/vmlinux.lds.S), and .bss.
BEHIND_KERNEL = 0x200000

# MIPS: where programs see physical addresses, through the cache (KSEG0).
KSEG0 = 0x80000000
KSEG_BYTES = 0x20000000

PT_LOAD = 1

COMMANDS = {"arm": "bootz", "arm64": "booti"}


class Place(TypedDict):
    """A range of memory; the address is physical."""

    address: str
    sizeBytes: int


class Tftp(TypedDict):
    """Where U-Boot puts things (liminix_gen/model/memory.py)."""

    memory: Place
    kernel: Place
    root: Place
    tree: NotRequired[Place]
    unpackedBytes: NotRequired[int]
    reserved: dict[str, Place]


class Boot(TypedDict):
    """In what form U-Boot takes the kernel."""

    format: str
    load: NotRequired[str]
    bootargs: NotRequired[str]
    treeVariable: NotRequired[str]


class Flash(TypedDict):
    """The part of the flash that holds kernel and root."""

    address: str
    sizeBytes: int


class Layout(TypedDict):
    """The board and its image; the last two are for `flash` alone."""

    device: str
    architecture: str
    commandLine: str
    boot: Boot
    tftp: Tftp
    flash: Flash
    keepsRest: bool


class Region(NamedTuple):
    """A range of memory that something uses."""

    start: int
    bytes: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.start + self.bytes

    def __str__(self) -> str:
        return f"{self.start:#010x} to {self.end:#010x}"


def both(number: int) -> str:
    """Write a number of bytes in decimal and in hex."""
    return f"{number} ({number:#x})"


def region(place: Place) -> Region:
    """Return a place of the board as a region."""
    return Region(int(place["address"], 16), place["sizeBytes"])


def pages(number: int) -> int:
    """Return a number of bytes, rounded up to whole pages."""
    return -(-number // PAGE) * PAGE


def seen(layout: Layout, address: int) -> str:
    """Return an address as U-Boot's commands take it."""
    return f"{address + KSEG0 if layout['architecture'] == 'mips' else address:#010x}"


# Sizes


def elf_region(kernel: bytes) -> Region:
    """Return where a 32-bit ELF file is put, which its program headers say (elf.h)."""
    order = "<" if kernel[5] == 1 else ">"
    (start,) = struct.unpack_from(f"{order}I", kernel, 28)
    size, count = struct.unpack_from(f"{order}HH", kernel, 42)
    found = [
        struct.unpack_from(f"{order}8I", kernel, start + index * size) for index in range(count)
    ]
    loaded = [(header[3], header[3] + header[5]) for header in found if header[0] == PT_LOAD]
    first, end = min(begin for begin, _ in loaded), max(last for _, last in loaded)
    return Region(first % KSEG_BYTES, end - first)


def memory_bytes(kernel: bytes) -> int:
    """Return what a kernel needs from its load address on, with what is zero at the start."""
    # Documentation/arm64/booting.rst: image_size.
    if kernel[56:60] == b"ARM\x64":
        (size,) = struct.unpack_from("<Q", kernel, 16)
        return int(size)
    # arch/arm/boot/compressed/head.S and vmlinux.lds.S: a zImage's table of sizes.
    if kernel[0x24:0x28] == struct.pack("<I", 0x016F2818):
        (table,) = struct.unpack_from("<I", kernel, 0x38)
        _, tag, at, zero = struct.unpack_from("<IIII", kernel, table)
        if tag == 0x5A534C4B:
            (size,) = struct.unpack_from("<I", kernel, at)
            # It is unpacked some pages into the memory (TEXT_OFFSET).
            return int(0x8000 + size + zero)
    return len(kernel) + BEHIND_KERNEL


def reserved_by(tree: Path) -> dict[str, Region]:
    """Return what a device tree reserves at fixed addresses, by node."""
    node = "/reserved-memory"
    done = subprocess.run(["fdtget", "-l", tree, node], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return {}
    address_cells, size_cells = cells(tree)
    found: dict[str, Region] = {}
    for name in done.stdout.split():
        command = ["fdtget", "-t", "x", tree, f"{node}/{name}", "reg"]
        got = subprocess.run(command, capture_output=True, text=True, check=False)
        words = [int(word, 16) for word in got.stdout.split()]
        if got.returncode != 0 or len(words) != address_cells + size_cells:
            continue
        values = [number(words[:address_cells]), number(words[address_cells:])]
        found[f"what {name} of the device tree reserves"] = Region(*values)
    return found


def number(words: list[int]) -> int:
    """Return the number that cells of 32 bits are."""
    value = 0
    for word in words:
        value = value << 32 | word
    return value


def fetched_bytes(content: bytes) -> int:
    """Return what a file takes that is fetched: the checksum of it comes behind it (with_file)."""
    return pages(len(content)) + PAGE


def regions(layout: Layout, kernel: bytes, file: bytes, root: Region) -> dict[str, Region]:
    """Return what the image uses, by what is there."""
    tftp, boot = layout["tftp"], layout["boot"]
    start = int(tftp["kernel"]["address"], 16)
    found = {
        "the kernel's file": Region(start, fetched_bytes(file)),
        "the root": Region(root.start, root.bytes + PAGE),
    }
    if boot["format"] == "elf":
        found["the kernel"] = elf_region(kernel)
    elif "load" not in boot:  # it runs where it is fetched to
        found["the kernel"] = Region(start, max(fetched_bytes(file), memory_bytes(kernel)))
        del found["the kernel's file"]
    else:
        load = int(boot["load"], 16)
        if layout["architecture"] == "mips":
            load %= KSEG_BYTES
        found["the unpacked kernel"] = Region(load, memory_bytes(kernel))
    if "tree" in tftp:
        found["the device tree"] = region(tftp["tree"])
    return found


def check(layout: Layout, used: dict[str, Region], reserved: dict[str, Region]) -> None:
    """See that what is used is memory, and that nothing overlaps."""
    memory = region(layout["tftp"]["memory"])
    rows = [f"  {name}: {one}" for name, one in {**used, **reserved, "memory": memory}.items()]

    def refuse(what: str) -> None:
        sys.exit("\n".join([f"{layout['device']}: {what}", *rows]))

    for (name, one), (other_name, other) in combinations({**used, **reserved}.items(), 2):
        common = min(one.end, other.end) - max(one.start, other.start)
        if common > 0 and name in used:
            refuse(f"{name} ({one}) and {other_name} ({other}) overlap, by {both(common)} bytes")
    for name, one in used.items():
        over = max(memory.start - one.start, one.end - memory.end)
        if over > 0:
            refuse(f"{name} ({one}) is not in the memory ({memory}), by {both(over)} bytes")
    say("\n".join([*rows, f"{layout['device']}: nothing overlaps"]))


def say(line: str) -> None:
    """Write a line to the log of the build."""
    sys.stderr.write(f"{line}\n")


# Device tree


def cells(tree: Path) -> tuple[int, int]:
    """Return how many cells an address and a size have at the top of a device tree."""
    found: list[int] = []
    for name in ("#address-cells", "#size-cells"):
        # What a tree that says nothing has for Linux (OF_ROOT_NODE_ADDR_CELLS_DEFAULT).
        command = ["fdtget", "-t", "u", "-d", "1", tree, "/", name]
        found.append(int(subprocess.run(command, capture_output=True, check=True).stdout))
    return found[0], found[1]


def split(value: int, count: int) -> list[str]:
    """Return a number as so many cells, in hex."""
    return [f"{value >> 32 * place & 0xFFFFFFFF:x}" for place in reversed(range(count))]


def write_tree(layout: Layout, tree: Path, root: Region) -> None:
    """Write the board's device tree with the root's memory reserved, and the command line.

    A kernel that is an ELF file is told by nobody else how much memory there is.
    """
    Path("device-tree.dtb").write_bytes(tree.read_bytes())
    address_cells, size_cells = cells(tree)

    def put(kind: str, node: str, name: str, *values: str) -> None:
        command = ["fdtput", "-p", "-t", kind, "device-tree.dtb", node, name, *values]
        subprocess.run(command, check=True)

    if layout["boot"]["format"] == "elf":
        memory = region(layout["tftp"]["memory"])
        put("s", f"/memory@{memory.start:x}", "device_type", "memory")
        reg = [*split(memory.start, address_cells), *split(memory.bytes, size_cells)]
        put("x", f"/memory@{memory.start:x}", "reg", *reg)
    node = f"/reserved-memory/{LABEL}@{root.start:x}"
    # The kernel wants the same as at the top.
    put("u", "/reserved-memory", "#address-cells", str(address_cells))
    put("u", "/reserved-memory", "#size-cells", str(size_cells))
    put("x", "/reserved-memory", "ranges")
    put("s", node, "compatible", "phram")
    put("s", node, "label", LABEL)
    reg = [*split(root.start, address_cells), *split(root.bytes, size_cells)]
    put("x", node, "reg", *reg)
    put(
        "s",
        "/chosen",
        layout["boot"].get("bootargs", "bootargs"),
        f"{layout['commandLine']} {ROOT_WORDS}",
    )


def tree_commands(root: Region) -> list[str]:
    """Return the commands that reserve the root's memory in the tree that U-Boot works on.

    Addresses and sizes have two cells at its top.
    """
    node = f"/reserved-memory/{LABEL}@{root.start:x}"
    reg = " ".join(f"0x{cell}" for cell in (*split(root.start, 2), *split(root.bytes, 2)))
    return [
        "fdt mknode / reserved-memory",
        "fdt set /reserved-memory '#address-cells' <2>",
        "fdt set /reserved-memory '#size-cells' <2>",
        "fdt set /reserved-memory ranges",
        f"fdt mknode /reserved-memory {LABEL}@{root.start:x}",
        f"fdt set {node} compatible phram",
        f"fdt set {node} label {LABEL}",
        f"fdt set {node} reg <{reg}>",
    ]


# Scripts


def quoted(text: str) -> str:
    """Return a text as one word of hush, whatever is in it."""
    return "'" + text.replace("'", "'\\''") + "'"


def indented(lines: list[str]) -> list[str]:
    """Return lines of a block."""
    return [f"  {line}" for line in lines]


def say_otherwise(condition: str, then: list[str], message: str) -> list[str]:
    """Return commands that go on where something is true, and say something where it is not."""
    return [
        f"if {condition}; then",
        *indented(then),
        "else",
        f'  echo "liminix-gen: {message}"',
        "fi",
    ]


def with_file(layout: Layout, name: str, start: int, content: bytes, then: list[str]) -> list[str]:
    """Return commands that fetch a file, and go on only if it is this one."""
    address, scratch = seen(layout, start), seen(layout, start + pages(len(content)))
    checksum = zlib.crc32(content).to_bytes(4, "big")
    # U-Boot stores it big endian, or older ones in their own order.
    orders = {f"{int.from_bytes(checksum, order):#x}" for order in ("big", "little")}
    same = " || ".join(f"itest.l *{scratch} == {value}" for value in sorted(orders))
    other = f"{name} is another file than the one that this script is for"
    return say_otherwise(
        f"tftpboot {address} {name}",
        [
            f"crc32 {address} {len(content):#x} {scratch}",
            *say_otherwise(same, then, other),
        ],
        f"{name} cannot be fetched",
    )


def opening(layout: Layout, what: str) -> list[str]:
    """Return the first lines of a script."""
    return [f"# Made by liminix-gen: {what} {layout['device']}.", ""]


def start_commands(layout: Layout, more: list[str]) -> list[str]:
    """Return commands that start a raw kernel that is in its place, with the boot loader's tree."""
    boot, tftp = layout["boot"], layout["tftp"]
    if "tree" not in tftp:
        sys.exit(f"{layout['device']}: a raw kernel, and no place for the device tree")
    kernel = seen(layout, int(tftp["kernel"]["address"], 16))
    tree = seen(layout, int(tftp["tree"]["address"], 16))
    before: list[str] = []
    if "treeVariable" in boot:
        variable = f"${{{boot['treeVariable']}}}"
        # The kernel may be unpacked to where the tree was.
        before = [f"fdt addr {variable}", f"fdt move {variable} {tree}", *more]
    return [*before, f"{COMMANDS[layout['architecture']]} {kernel} - {tree}"]


def memory_script(layout: Layout, parts: dict[str, tuple[int, bytes]], root: Region) -> list[str]:
    """Return the script that fetches the parts and starts the kernel."""
    boot = layout["boot"]
    if boot["format"] == "raw" and "treeVariable" in boot:
        line = quoted(f"{layout['commandLine']} {ROOT_WORDS}")
        lines = [f"setenv bootargs {line}", *start_commands(layout, tree_commands(root))]
    elif boot["format"] == "raw":
        lines = ["setenv bootargs", *start_commands(layout, [])]
    else:
        # The command line is in the tree. A MIPS kernel reads the loader's only with the word.
        word = " liminix" if layout["architecture"] == "mips" else ""
        start = seen(layout, parts["kernel"][0])
        # bootelf only loads the file where autostart says nothing.
        elf = boot["format"] == "elf"
        commands = ["setenv autostart yes", f"bootelf -p {start}"] if elf else [f"bootm {start}"]
        lines = [f"setenv bootargs{word}", *commands]
    for name, (start, content) in reversed(parts.items()):
        lines = with_file(layout, name, start, content, lines)
    return [*opening(layout, "starts an image from memory, on"), *lines]


def environment(layout: Layout, manifest: dict[str, object]) -> dict[str, str]:
    """Return the variables with which U-Boot starts a raw kernel out of flash."""
    if layout["boot"]["format"] != "raw":
        return {}
    if "treeVariable" not in layout["boot"]:
        sys.exit(f"{layout['device']}: a raw kernel in flash, and nothing has the device tree")
    parts = cast("list[dict[str, str | int]]", manifest["parts"])
    (kernel,) = (part for part in parts if part["name"] == "kernel")
    origin = int(layout["flash"]["address"], 16) + int(kernel["offset-bytes"])
    place = seen(layout, int(layout["tftp"]["kernel"]["address"], 16))
    copy = f"cp.b {origin:#010x} {place} {int(kernel['size-bytes']):#x}"
    command = "; ".join([copy, *start_commands(layout, [])])
    return {"bootargs": layout["commandLine"], "bootcmd": command}


def flash_script(layout: Layout, image: bytes, variables: dict[str, str]) -> list[str]:
    """Return the script that writes the image, compares, and perhaps makes it what boots."""
    flash, start = layout["flash"], int(layout["tftp"]["root"]["address"], 16)
    source, target, size = seen(layout, start), flash["address"], f"{len(image):#x}"
    # What lies behind a file system that grows has to be erased.
    erased = size if layout["keepsRest"] else f"{flash['sizeBytes']:#x}"
    lines = [
        f"erase {target} +{erased}",
        f"cp.b {source} {target} {size}",
        *say_otherwise(
            f"cmp.b {source} {target} {size}",
            [
                *(f"setenv {name} {quoted(value)}" for name, value in variables.items()),
                *(["saveenv"] if variables else []),
                'echo "liminix-gen: the flash is written"',
            ],
            "the flash does not hold what was written",
        ),
    ]
    return [
        *opening(layout, "writes an image to the flash of"),
        *with_file(layout, "firmware.bin", start, image, lines),
    ]


def write_manifest(layout: Layout, parts: dict[str, tuple[int, bytes]]) -> None:
    """Write what the parts are, and where they go."""
    rows = [
        {
            "name": name,
            "address": f"{start:#010x}",
            "size-bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for name, (start, content) in parts.items()
    ]
    manifest = {"device": layout["device"], "parts": rows}
    Path("manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


# What it is started for


def root_of(layout: Layout, file: Path) -> tuple[Region, bytes]:
    """Return where the root goes, and the squashfs in whole pages."""
    content = file.read_bytes()
    padded = content.ljust(pages(len(content)), b"\0")
    return Region(int(layout["tftp"]["root"]["address"], 16), len(padded)), padded


def memory(layout: Layout, kernel: Path, file: Path, root_file: Path, tree: Path) -> None:
    """Check, then write all that a boot from memory needs."""
    tftp = layout["tftp"]
    root, content = root_of(layout, root_file)
    packed = file.read_bytes()
    parts = {
        "kernel": (int(tftp["kernel"]["address"], 16), packed),
        "rootfs": (root.start, content),
    }
    reserved = {name: region(place) for name, place in tftp["reserved"].items()}
    if tree.stat().st_size:
        reserved |= reserved_by(tree)
        # That is the root itself.
        del reserved[f"what {LABEL}@{root.start:x} of the device tree reserves"]
        if "tree" in tftp:
            parts["device-tree.dtb"] = (int(tftp["tree"]["address"], 16), tree.read_bytes())
    check(layout, regions(layout, kernel.read_bytes(), packed, root), reserved)
    for name, (_, part) in parts.items():
        Path(name).write_bytes(part)
    Path("boot.cmd").write_text("\n".join([*memory_script(layout, parts, root), ""]))
    write_manifest(layout, parts)


def flash(layout: Layout, image: Path, manifest: Path) -> None:
    """See that the image can be fetched; write the script that writes it."""
    content = image.read_bytes()
    start = int(layout["tftp"]["root"]["address"], 16)
    fetched = Region(start, fetched_bytes(content))
    reserved = {name: region(place) for name, place in layout["tftp"]["reserved"].items()}
    check(layout, {"the image": fetched}, reserved)
    variables = environment(layout, json.loads(manifest.read_text()))
    Path("flash.cmd").write_text("\n".join([*flash_script(layout, content, variables), ""]))
    if variables:
        lines = (f"{name}={value}\n" for name, value in variables.items())
        Path("environment.txt").write_text("".join(lines))


def main() -> None:
    """Read the command line."""
    verb, name, *files = sys.argv[1:]
    layout: Layout = json.loads(Path(name).read_text())
    paths = list(map(Path, files))
    if verb == "tree":
        root, _ = root_of(layout, paths[1])
        write_tree(layout, paths[0], root)
    elif verb == "memory":
        memory(layout, *paths)
    else:
        flash(layout, *paths)


main()
