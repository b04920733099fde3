"""U-Boot's environment: the variables with which it starts a kernel out of flash."""

import sys
from typing import TypedDict

from u_boot import Layout, seen, start_commands


class Part(TypedDict("Numbered", {"offset-bytes": int, "size-bytes": int})):
    """A part of an image, as its manifest has it."""

    name: str


def environment(layout: Layout, parts: list[Part]) -> dict[str, str]:
    """Return the variables with which U-Boot starts a raw kernel out of flash."""
    if layout["boot"]["format"] != "raw":
        return {}
    if "treeVariable" not in layout["boot"]:
        sys.exit(f"{layout['device']}: a raw kernel in flash, and nothing has the device tree")
    (kernel,) = (part for part in parts if part["name"] == "kernel")
    origin = int(layout["flash"]["address"], 16) + kernel["offset-bytes"]
    place = seen(layout, int(layout["tftp"]["kernel"]["address"], 16))
    copy = f"cp.b {origin:#010x} {place} {kernel['size-bytes']:#x}"
    command = "; ".join([copy, *start_commands(layout, [])])
    return {"bootargs": layout["commandLine"], "bootcmd": command}
