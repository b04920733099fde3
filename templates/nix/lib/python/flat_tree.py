"""Reading a compiled device tree whole.

Source of the layout: the Devicetree Specification, chapter 5.
"""

import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

MAGIC = 0xD00DFEED
BEGIN_NODE, END_NODE, PROPERTY, NOTHING, END = 1, 2, 3, 4, 9


class Node(NamedTuple):
    """A node: its path, its properties as bytes, and the path of its parent ("" of the top)."""

    path: str
    properties: Mapping[str, bytes]
    parent: str

    @property
    def name(self) -> str:
        """The name without the unit address: `ethernet` of `ethernet@1e100000`."""
        return self.path.rpartition("/")[2].partition("@")[0]

    def texts(self, name: str) -> list[str]:
        """Return a property as texts."""
        value = self.properties.get(name, b"")
        return [word.decode() for word in value.split(b"\0") if word]

    def cells(self, name: str) -> list[int]:
        """Return a property as cells of 32 bits; what is none is left out."""
        value = self.properties.get(name, b"")
        return [number for (number,) in struct.iter_unpack(">I", value[: len(value) // 4 * 4])]


def nodes(tree: bytes) -> Iterator[Node]:
    """Yield the nodes of a device tree, each after its parent."""
    magic, _, at, strings = struct.unpack_from(">IIII", tree)
    if magic != MAGIC:
        raise ValueError("this is not a device tree")
    above: list[str] = []
    path, parent, properties = "", "", dict[str, bytes]()
    is_open = False
    while True:
        (token,) = struct.unpack_from(">I", tree, at)
        at += 4
        if token in {BEGIN_NODE, END_NODE, END} and is_open:
            yield Node(path, properties, parent)
            is_open = False
        if token == BEGIN_NODE:
            end = tree.index(0, at)
            parent = above[-1] if above else ""
            path = f"{parent.rstrip('/')}/{tree[at:end].decode()}"
            above.append(path)
            properties, is_open = {}, True
            at = (end + 4) & ~3
        elif token == PROPERTY:
            size, name = struct.unpack_from(">II", tree, at)
            word = tree[strings + name : tree.index(0, strings + name)].decode()
            properties[word] = tree[at + 8 : at + 8 + size]
            at = (at + 8 + size + 3) & ~3
        elif token == END_NODE:
            above.pop()
        elif token != NOTHING:
            return
