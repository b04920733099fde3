"""QEMU's virt board with a 64-bit ARM."""

from liminix_gen import BootImage, CrossSystem, Device, KernelBuild, Qemu

from ..families.arm_virt import (
    COMMAND_LINE,
    FLASH_PLACE,
    OUTPUTS,
    ROOTS,
    SYMBOLS,
    UBI,
    network_interfaces,
    tftp,
)

_SYMBOLS = {
    **SYMBOLS,
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

device = Device(
    description="QEMU virt, ARM Cortex-A53",
    cross=CrossSystem(config="aarch64-unknown-linux-musl"),
    debian_architecture="arm64",
    kernel=KernelBuild(architecture="arm64", image="arch/arm64/boot/Image", symbols=_SYMBOLS),
    console="ttyAMA0",
    command_line=COMMAND_LINE,
    roots=ROOTS,
    network_interfaces=network_interfaces,
    boot=BootImage(format="raw", tree_variable="fdt_addr"),
    flash=FLASH_PLACE,
    ubi=UBI,
    tftp=tftp("0x40400000"),
    outputs=OUTPUTS,
    qemu=Qemu(
        executable="qemu-system-aarch64",
        machine="virt",
        cpu="cortex-a53",
        memory_mib=256,
        network="virtio-net-device",
        block="virtio-blk-device",
        random="virtio-rng-device",
        options=("-device", "i6300esb"),
    ),
)
