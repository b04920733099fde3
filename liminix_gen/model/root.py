"""Root file systems: their types, and what the kernel needs for each and for the ways to boot."""

from __future__ import annotations

from collections.abc import Mapping

# A squashfs is read-only; a writable one holds the store alone, and the rest of it is made at boot.
READ_ONLY = frozenset({"squashfs"})

_JFFS2 = ("JFFS2_COMPRESSION_OPTIONS", "JFFS2_FS", "JFFS2_RTIME", "JFFS2_ZLIB", "MISC_FILESYSTEMS")

# Type of root file system (rootfstype=) -> symbols. Every image can hold a squashfs besides: for
# the boot from memory.
ROOT_SYMBOLS: Mapping[str, Mapping[str, str]] = {
    "squashfs": {},
    "ext4": {"EXT4_FS": "y"},
    "jffs2": dict.fromkeys(("MTD", *_JFFS2), "y"),
    "ubifs": dict.fromkeys(
        (
            "MTD",
            "MTD_UBI",
            "UBIFS_FS",
            # mkfs.ubifs takes LZO, or zlib if that is much smaller.
            "UBIFS_FS_ADVANCED_COMPR",
            "UBIFS_FS_LZO",
            "UBIFS_FS_ZLIB",
        ),
        "y",
    ),
}

# The init of the initramfs (templates/nix/lib/kernel/preinit.nix), built into the kernel
# uncompressed: the whole kernel is compressed later.
PREINIT_SYMBOLS: Mapping[str, str] = {
    "BLK_DEV_INITRD": "y",
    "INITRAMFS_COMPRESSION_NONE": "y",
    "INITRAMFS_SOURCE": '"preinit.cpio"',
}

# The root as a range of memory, which the device tree reserves.
MEMORY_SYMBOLS: Mapping[str, str] = {
    "MTD": "y",
    "MTD_BLOCK": "y",
    "MTD_PHRAM": "y",
    **PREINIT_SYMBOLS,
}


def needs_preinit(type_: str, device: str) -> bool:
    """Say whether the kernel cannot mount a root itself: a writable one, or an MTD by its name."""
    return type_ not in READ_ONLY or device.startswith("mtd:")
