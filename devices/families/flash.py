"""Flash memory: symbols of the chips and of what is on them, and the root there."""

from liminix_gen import Root

# The chip hangs on an SPI bus; its partitions are in the device tree.
_MTD = {
    "MTD": "y",
    "MTD_OF_PARTS": "y",
    "SPI": "y",
    "SPI_MASTER": "y",
    "SPI_MEM": "y",
}

# Addresses and calibration are cells of a partition.
_CELLS = {"NVMEM": "y"}

SPI_NOR = {**_MTD, **_CELLS, "MTD_SPI_NOR": "y"}

# A NOR flash with a legacy uImage and a squashfs behind it: OpenWrt's parsers find where the
# kernel ends and where the root does. The root is read as a block device. It shares 16 MiB at most
# with the kernel, which therefore has no names of functions (liminix_gen/model/base.py).
UIMAGE_SQUASHFS = {
    **SPI_NOR,
    "MTD_BLOCK": "y",
    "MTD_SPLIT_SQUASHFS_ROOT": "y",
    "MTD_SPLIT_UIMAGE_FW": "y",
}

# The parsers give what lies behind the kernel this name.
SQUASHFS_ROOT = {"squashfs": Root(device="mtd:rootfs")}

SPI_NAND = {**_MTD, **_CELLS, "MTD_SPI_NAND": "y"}

# The chip has a controller of its own.
RAW_NAND = {
    "MTD": "y",
    "MTD_OF_PARTS": "y",
    "MTD_RAW_NAND": "y",
    **_CELLS,
}


def ubifs_root(volume: str) -> dict[str, Root]:
    """Make the root of a board a volume of the partition that is called ubi.

    Where the device tree has UBI attach that partition itself, ubi.mtd= is refused, and harmless.
    """
    return {"ubifs": Root(device=f"ubi0:{volume}", command_line=("ubi.mtd=ubi",))}
