"""QEMU's virt board for ARM, 32 and 64 bit: virtio-mmio transports, a PL011, a PL031 clock.

The transports start at 0xa000000, 0x200 apart; two flashes of 64 MiB are at 0 and 0x4000000
(hw/arm/virt.c in QEMU). Linux joins them. The first holds the boot loader; U-Boot keeps its
environment at the start of the second.
"""

from liminix_gen import Root

from .qemu import CLOCK, FLASH, VIRTIO, two_cards

# Two chips side by side, each with blocks of 128 KiB.
_ERASE_BLOCK_BYTES = 0x40000

_ROOT_OFFSET_BYTES = 0x800000

COMMAND_LINE = (
    "console=ttyAMA0",
    "mtdparts=0.flash:64m(u-boot),256k(u-boot-env),7936k(kernel),-(rootfs)",
)

ROOTS = {
    "squashfs": Root(device="/dev/vda"),
    "ext4": Root(device="/dev/vda"),
    "jffs2": Root(
        device="mtd:rootfs",
        erase_block_bytes=_ERASE_BLOCK_BYTES,
        size_bytes=0x4000000 - _ROOT_OFFSET_BYTES,
        flash_offset_bytes=_ROOT_OFFSET_BYTES,
    ),
}

SYMBOLS = {
    **VIRTIO,
    **CLOCK,
    **FLASH,
    "RTC_DRV_PL031": "y",
    "SERIAL_AMBA_PL011": "y",
    "SERIAL_AMBA_PL011_CONSOLE": "y",
    "VIRTIO_MMIO": "y",
}

network_interfaces = two_cards(
    "/devices/platform/a000000.virtio_mmio", "/devices/platform/a000200.virtio_mmio"
)
