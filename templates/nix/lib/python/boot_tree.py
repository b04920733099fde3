"""Write the device tree of a board whose root is in memory.

usage: boot_tree.py LAYOUT TREE ROOT

LAYOUT is JSON (u_boot.py): `device`, `architecture`, `commandLine`, `boot` and `tftp`. ROOT is a
squashfs. Writes device-tree.dtb into the working directory: TREE with the root's memory reserved,
and the command line.
"""

import sys
from pathlib import Path

from device_tree import ROOT_WORDS, DeviceTree
from u_boot import layout_in, region, root_of


def main() -> None:
    """Read the command line; write the tree."""
    layout = layout_in(sys.argv[1])
    board, root_file = map(Path, sys.argv[2:])
    root, _ = root_of(layout, root_file)
    path = Path("device-tree.dtb")
    path.write_bytes(board.read_bytes())
    tree = DeviceTree(path)
    if layout["boot"]["format"] == "elf":
        # A kernel that is an ELF file is told by nobody else how much memory there is.
        tree.put_memory(region(layout["tftp"]["memory"]))
    tree.reserve_root(root)
    line = f"{layout['commandLine']} {ROOT_WORDS}"
    tree.put("s", "/chosen", layout["boot"].get("bootargs", "bootargs"), line)


if __name__ == "__main__":
    main()
