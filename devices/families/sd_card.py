"""Boards that have their system on an SD card: what outputs/sdimage makes."""

from collections.abc import Mapping

from liminix_gen import Root

from .common import built_in

SYMBOLS = built_in("BLK_DEV MMC MMC_BLOCK MSDOS_PARTITION")

# A card may be found later than the root is looked for.
COMMAND_LINE = ("rootwait",)


def roots(number: int) -> Mapping[str, Root]:
    """Make the roots of a board, whose card has that number: mmc0 and so on of /aliases."""
    root = Root(device=f"/dev/mmcblk{number}p2")
    return {"squashfs": root, "ext4": root}
