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

# A partition that the device tree gives this name.
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
