"""Memory at boot: where the boot loader puts the parts of an image, and that they are apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations

import attrs
from attrs import field, frozen

from liminix_gen.model.values import Instance, MappingOf, Optional, Text, checked, conforms

_ADDRESS = re.compile(r"0x[0-9a-f]{8}")

# A root in memory is read in pages (drivers/mtd/devices/phram.c of the kernel).
PAGE_BYTES = 0x1000

# MIPS: the first 512 MiB of memory through the cache (KSEG0), and past it (KSEG1).
_MIPS_WINDOW_BYTES = 0x20000000


def is_address(_instance: object, attribute: attrs.Attribute[str], value: str) -> None:
    """Refuse an address that is not written as all are."""
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{attribute.name} is written 0x and eight digits, not {value!r}")


def physical(address: str, architecture: str) -> str:
    """Return the physical address of one that a program of the architecture uses."""
    number = int(address, 16)
    if architecture == "mips":
        number %= _MIPS_WINDOW_BYTES
    return f"{number:#010x}"


@frozen(kw_only=True, field_transformer=checked)
class Place:
    """A range of memory; ``address`` is physical, as text such as "0x48000000"."""

    address: str = field(validator=is_address)
    size_bytes: int = field(validator=attrs.validators.gt(0))

    @property
    def start(self) -> int:
        """Its address as a number."""
        return int(self.address, 16)

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.start + self.size_bytes

    def __str__(self) -> str:
        return f"{self.start:#010x} to {self.end:#010x}"


_PLACE = Instance(Place, "a Place")


@frozen(kw_only=True, field_transformer=checked)
class Tftp:
    """Where U-Boot puts what it fetches over the network, to start it from memory.

    ``memory`` is what the board has. ``kernel``, ``root`` and ``tree`` are the rooms of the files;
    ``tree`` is left out if the kernel's file holds the device tree. A kernel that has a load
    address (``BootImage.load``) has ``unpacked_bytes`` there; if an ELF file runs it says
    itself, so the build alone sees what that overlaps. ``reserved`` are other places that are in
    use, by what is there: the boot loader itself, another processor. An image that is to be written
    to flash is fetched to where the root would go.
    """

    memory: Place = field(validator=conforms("Tftp.memory", _PLACE))
    kernel: Place = field(validator=conforms("Tftp.kernel", _PLACE))
    root: Place = field(validator=conforms("Tftp.root", _PLACE))
    tree: Place | None = field(default=None, validator=conforms("Tftp.tree", Optional(_PLACE)))
    unpacked_bytes: int | None = None
    reserved: Mapping[str, Place] = field(
        factory=dict[str, Place], validator=conforms("Tftp.reserved", MappingOf(Text(), _PLACE))
    )


def places(tftp: Tftp, load: str | None, architecture: str) -> Mapping[str, Place]:
    """Return every place that is used, by what is there; ``load`` is the kernel's address."""
    named = {"the kernel's file": tftp.kernel, "the root": tftp.root}
    if tftp.tree is not None:
        named["the device tree"] = tftp.tree
    if load is not None and tftp.unpacked_bytes is not None:
        address = physical(load, architecture)
        named["the unpacked kernel"] = Place(address=address, size_bytes=tftp.unpacked_bytes)
    return {**named, **tftp.reserved}


def mistakes(tftp: Tftp, load: str | None, architecture: str) -> list[str]:
    """Return what is wrong with the places: overlaps, and what is not memory."""
    named = places(tftp, load, architecture)
    found = [
        f"{name} ({place}) is not in the memory ({tftp.memory})"
        for name, place in named.items()
        if place.start < tftp.memory.start or place.end > tftp.memory.end
    ]
    for (name, place), (other_name, other) in combinations(named.items(), 2):
        common = min(place.end, other.end) - max(place.start, other.start)
        if common > 0 and {name, other_name} - tftp.reserved.keys():
            found.append(
                f"{name} ({place}) and {other_name} ({other}) overlap, "
                f"by {common} ({common:#x}) bytes"
            )
    if tftp.root.start % PAGE_BYTES:
        found.append(f"the root ({tftp.root}) does not begin with a page of {PAGE_BYTES} bytes")
    return found
