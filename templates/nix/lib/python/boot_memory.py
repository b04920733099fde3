"""Make what U-Boot fetches and starts from memory.

usage: boot_memory.py LAYOUT KERNEL FILE ROOT TREE

LAYOUT is JSON (u_boot.py): `device`, `architecture`, `commandLine`, `boot` and `tftp`. KERNEL is
the kernel as it runs, FILE the one that U-Boot is given, ROOT a squashfs. A TREE of no bytes stands
for the one that the boot loader has. Writes kernel, rootfs, perhaps device-tree.dtb, boot.cmd and
manifest.json into the working directory.
"""

import sys
from pathlib import Path

import manifest
from device_tree import LABEL, ROOT_WORDS, DeviceTree, root_node, split
from kernel_memory import elf_region, memory_bytes
from memory import PAGE, Region, check
from u_boot import (
    KSEG_BYTES,
    Layout,
    fetched_bytes,
    layout_in,
    quoted,
    region,
    reserved,
    root_of,
    seen,
    start_commands,
    with_file,
    write,
)


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


def tree_commands(root: Region) -> list[str]:
    """Return the commands that reserve the root's memory in the tree that U-Boot works on.

    Addresses and sizes have two cells at its top.
    """
    node = root_node(root)
    reg = " ".join(f"0x{cell}" for cell in (*split(root.start, 2), *split(root.bytes, 2)))
    return [
        "fdt mknode / reserved-memory",
        "fdt set /reserved-memory '#address-cells' <2>",
        "fdt set /reserved-memory '#size-cells' <2>",
        "fdt set /reserved-memory ranges",
        f"fdt mknode /reserved-memory {node.rpartition('/')[2]}",
        f"fdt set {node} compatible phram",
        f"fdt set {node} label {LABEL}",
        f"fdt set {node} reg <{reg}>",
    ]


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
        kernel = seen(layout, parts["kernel"][0])
        # bootelf only loads the file where autostart says nothing.
        elf = boot["format"] == "elf"
        commands = ["setenv autostart yes", f"bootelf -p {kernel}"] if elf else [f"bootm {kernel}"]
        lines = [f"setenv bootargs{word}", *commands]
    for name, (start, content) in reversed(parts.items()):
        lines = with_file(layout, name, start, content, lines)
    return lines


def reserved_in(tree: Path, root: Region) -> dict[str, Region]:
    """Return what a device tree reserves besides the root."""
    found = DeviceTree(tree).reserved()
    del found[Path(root_node(root)).name]
    return {f"what {name} of the device tree reserves": one for name, one in found.items()}


def main() -> None:
    """Read the command line; check, then write all that a boot from memory needs."""
    layout = layout_in(sys.argv[1])
    kernel, file, root_file, tree = map(Path, sys.argv[2:])
    tftp = layout["tftp"]
    root, content = root_of(layout, root_file)
    packed = file.read_bytes()
    parts = {
        "kernel": (int(tftp["kernel"]["address"], 16), packed),
        "rootfs": (root.start, content),
    }
    taken = reserved(layout)
    if tree.stat().st_size:
        taken |= reserved_in(tree, root)
        if "tree" in tftp:
            parts["device-tree.dtb"] = (int(tftp["tree"]["address"], 16), tree.read_bytes())
    used = regions(layout, kernel.read_bytes(), packed, root)
    check(layout["device"], region(tftp["memory"]), used, taken)
    for name, (_, part) in parts.items():
        Path(name).write_bytes(part)
    lines = memory_script(layout, parts, root)
    write("boot.cmd", layout, "starts an image from memory, on", lines)
    rows = [
        manifest.part(name, part, address=f"{start:#010x}") for name, (start, part) in parts.items()
    ]
    manifest.write(Path("manifest.json"), layout["device"], rows)


if __name__ == "__main__":
    main()
