"""QEMU's virt board for ARM, 32 and 64 bit: virtio-mmio transports, a PL011, a PL031 clock.

The transports start at 0xa000000, 0x200 apart (hw/arm/virt.c in QEMU).
"""

from .qemu import CLOCK, VIRTIO, two_cards

SYMBOLS = {
    **VIRTIO,
    **CLOCK,
    "RTC_DRV_PL031": "y",
    "SERIAL_AMBA_PL011": "y",
    "SERIAL_AMBA_PL011_CONSOLE": "y",
    "VIRTIO_MMIO": "y",
}

network_interfaces = two_cards(
    "/devices/platform/a000000.virtio_mmio", "/devices/platform/a000200.virtio_mmio"
)
