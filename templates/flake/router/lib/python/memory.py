"""Ranges of memory, and that what is used at the same time is apart."""

import sys
from itertools import combinations
from typing import NamedTuple

# A root in memory is whole erase blocks: pages (drivers/mtd/devices/phram.c of the kernel).
PAGE = 4096


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


def pages(number: int) -> int:
    """Return a number of bytes, rounded up to whole pages."""
    return -(-number // PAGE) * PAGE


def check(
    device: str, memory: Region, used: dict[str, Region], reserved: dict[str, Region]
) -> None:
    """See that what is used is memory, and that nothing overlaps; say where all of it is."""
    rows = [f"  {name}: {one}" for name, one in {**used, **reserved, "memory": memory}.items()]

    def refuse(what: str) -> None:
        sys.exit("\n".join([f"{device}: {what}", *rows]))

    for (name, one), (other_name, other) in combinations({**used, **reserved}.items(), 2):
        common = min(one.end, other.end) - max(one.start, other.start)
        if common > 0 and name in used:
            refuse(f"{name} ({one}) and {other_name} ({other}) overlap, by {both(common)} bytes")
    for name, one in used.items():
        over = max(memory.start - one.start, one.end - memory.end)
        if over > 0:
            refuse(f"{name} ({one}) is not in the memory ({memory}), by {both(over)} bytes")
    sys.stderr.write("\n".join([*rows, f"{device}: nothing overlaps", ""]))
