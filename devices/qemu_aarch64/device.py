"""QEMU's virt board with a 64-bit ARM."""

from ..families.arm_virt import arm_virt

_SYMBOLS = {
    # The watchdog is a card of PCI. On malta it cannot be: the bridge there writes whole words of a
    # card's configuration, and QEMU's card takes only the bytes that start it.
    "I6300ESB_WDT": "y",
    "PCI": "y",
    "PCI_HOST_GENERIC": "y",
    "WATCHDOG": "y",
    # Mitigations that are on by default, and that allnoconfig leaves out.
    "MITIGATE_SPECTRE_BRANCH_HISTORY": "y",
    "UNMAP_KERNEL_AT_EL0": "y",
}

device = arm_virt(
    description="QEMU virt, ARM Cortex-A53",
    triplet="aarch64-unknown-linux-musl",
    debian="arm64",
    architecture="arm64",
    image="arch/arm64/boot/Image",
    symbols=_SYMBOLS,
    executable="qemu-system-aarch64",
    machine="virt",
    cpu="cortex-a53",
    options=("-device", "i6300esb"),
    kernel_address="0x40400000",
)
