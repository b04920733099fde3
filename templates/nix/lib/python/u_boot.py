"""U-Boot: the facts of a board that starts with it, and the words of its scripts.

Scripts need U-Boot's hush and `itest`, and `fdt` where the boot loader has the tree. They nest, as
`exit` in an `if` does not end a script of U-Boot 2023.01.
"""

import json
import sys
import zlib
from pathlib import Path
from typing import NotRequired, TypedDict

from memory import PAGE, Region, pages

# MIPS: where programs see physical addresses, through the cache (KSEG0).
KSEG0 = 0x80000000
KSEG_BYTES = 0x20000000

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


class Layout(TypedDict):
    """The board and its image; the last is for `flash` alone."""

    device: str
    architecture: str
    commandLine: str
    boot: Boot
    tftp: Tftp
    flash: Flash


def layout_in(file: str) -> Layout:
    """Read the facts of a board and its image."""
    layout: Layout = json.loads(Path(file).read_text())
    return layout


def region(place: Place) -> Region:
    """Return a place of the board as a region."""
    return Region(int(place["address"], 16), place["sizeBytes"])


def reserved(layout: Layout) -> dict[str, Region]:
    """Return the places of the board that are in use, by what is there."""
    return {name: region(place) for name, place in layout["tftp"]["reserved"].items()}


def root_of(layout: Layout, file: Path) -> tuple[Region, bytes]:
    """Return where the root goes, and the squashfs in whole pages."""
    content = file.read_bytes()
    padded = content.ljust(pages(len(content)), b"\0")
    return Region(int(layout["tftp"]["root"]["address"], 16), len(padded)), padded


def seen(layout: Layout, address: int) -> str:
    """Return an address as U-Boot's commands take it."""
    return f"{address + KSEG0 if layout['architecture'] == 'mips' else address:#010x}"


def fetched_bytes(content: bytes) -> int:
    """Return what a file takes that is fetched: the checksum of it comes behind it (with_file)."""
    return pages(len(content)) + PAGE


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


def write(file: str, layout: Layout, what: str, lines: list[str]) -> None:
    """Write a script, with what it is for on top."""
    opening = [f"# Made by liminix-gen: {what} {layout['device']}.", ""]
    Path(file).write_text("\n".join([*opening, *lines, ""]))


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
