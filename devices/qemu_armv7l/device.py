"""QEMU's virt board with a 32-bit ARM."""

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
    "AEABI": "y",
    "ARCH_MULTIPLATFORM": "y",
    "ARCH_MULTI_V7": "y",
    "ARCH_VIRT": "y",
    # RAM starts where the kernel was not linked for; without this it hangs without a word.
    "ARM_PATCH_PHYS_VIRT": "y",
    "MMU": "y",
    "NEON": "y",
    # NEON has VFP as its parent.
    "VFP": "y",
    # Mitigations and protections that are on by default, and that allnoconfig leaves out.
    "HARDEN_BRANCH_HISTORY": "y",
    "HARDEN_BRANCH_PREDICTOR": "y",
    "STRICT_KERNEL_RWX": "y",
    "STRICT_MODULE_RWX": "y",
}

device = Device(
    description="QEMU virt, ARM Cortex-A15",
    cross=CrossSystem(config="armv7l-unknown-linux-musleabihf"),
    debian_architecture="armhf",
    kernel=KernelBuild(architecture="arm", image="arch/arm/boot/zImage", symbols=_SYMBOLS),
    console="ttyAMA0",
    command_line=COMMAND_LINE,
    roots=ROOTS,
    network_interfaces=network_interfaces,
    # Unpacked, the kernel begins with the memory.
    boot=BootImage(format="raw", load="0x40000000", tree_variable="fdt_addr"),
    flash=FLASH_PLACE,
    ubi=UBI,
    tftp=tftp("0x41000000", unpacked_bytes=0x1000000),
    outputs=OUTPUTS,
    qemu=Qemu(
        executable="qemu-system-arm",
        # highmem=off: a kernel without LPAE cannot reach the PCI window above 4 GiB.
        machine="virt,highmem=off",
        cpu="cortex-a15",
        memory_mib=256,
        network="virtio-net-device",
        block="virtio-blk-device",
        random="virtio-rng-device",
    ),
)
