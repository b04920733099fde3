"""QEMU's virt board with a 64-bit ARM."""

from ..families import common, cortex_a53
from ..families.arm_virt import arm_virt

_SYMBOLS = {
    # The machine has one; the kernel is made for two at least.
    **common.processors(2),
    **cortex_a53.SYMBOLS,
    # The watchdog is a card of PCI. On malta it cannot be: the bridge there writes whole words of a
    # card's configuration, and QEMU's card takes only the bytes that start it.
    **common.PCI,
    "I6300ESB_WDT": "y",
    "PCI_HOST_GENERIC": "y",
    "WATCHDOG": "y",
}

device = arm_virt(
    description="QEMU virt, ARM Cortex-A53",
    triplet="aarch64-unknown-linux-musl",
    architecture="arm64",
    image="arch/arm64/boot/Image",
    symbols=_SYMBOLS,
    executable="qemu-system-aarch64",
    machine="virt",
    cpu="cortex-a53",
    options=("-device", "i6300esb"),
    kernel_address="0x40400000",
)
