"""Flash memory: symbols of the chips and of what is on them."""

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
# kernel ends and where the root does. The root is read as a block device.
UIMAGE_SQUASHFS = {
    **SPI_NOR,
    "MTD_BLOCK": "y",
    "MTD_SPLIT_SQUASHFS_ROOT": "y",
    "MTD_SPLIT_UIMAGE_FW": "y",
}

# mkfs.ubifs takes LZO, or zlib where that is much smaller.
_UBIFS = {
    "MTD_UBI": "y",
    "UBIFS_FS": "y",
    "UBIFS_FS_ADVANCED_COMPR": "y",
    "UBIFS_FS_LZO": "y",
    "UBIFS_FS_ZLIB": "y",
}

SPI_NAND_UBIFS = {**_MTD, **_CELLS, **_UBIFS, "MTD_SPI_NAND": "y"}

# The chip has a controller of its own.
RAW_NAND_UBIFS = {
    "MTD": "y",
    "MTD_OF_PARTS": "y",
    "MTD_RAW_NAND": "y",
    **_CELLS,
    **_UBIFS,
}
