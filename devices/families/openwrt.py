"""Boards whose kernel needs OpenWrt's patches: where they come from, and what nobody has tried."""

# The kernel of OpenWrt's release, and that release's patches and device trees.
SOURCE = "openwrt-25.12"

# Of a board with flash: hack-6.12/402 has mtdcore.c call what only flash as block devices has.
MTD = {"MTD_BLOCK": "y"}


def about(why: str) -> str:
    """Say which kernel a board has; ``why`` is what Linux itself lacks."""
    return f"""
The kernel is Linux 6.12 with the patches and the device tree of OpenWrt 25.12, because {why}.
`make prove` compiles it of OpenWrt's own source, and holds it against device tree and flash: a row
"built" says that this was seen.
**Nothing was tried on the hardware by this project.** Have a serial console and the recovery of
the boot loader at hand.
"""
