"""Boards that have their system on an SD card or an eMMC: what outputs/sdimage makes."""

from liminix_gen import Root

from .common import built_in

SYMBOLS = built_in("BLK_DEV MMC MMC_BLOCK MSDOS_PARTITION")

# A card may be found later than the root is looked for.
COMMAND_LINE = ("rootwait",)

# The second partition, by the number that the image gives its disk.
_ROOT = Root(device="PARTUUID=4c4d5831-02")

ROOTS = {"squashfs": _ROOT, "ext4": _ROOT}
