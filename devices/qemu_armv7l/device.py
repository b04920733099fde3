"""QEMU's virt board with a 32-bit ARM."""

from ..families.arm_virt import arm_virt

_SYMBOLS = {
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

device = arm_virt(
    description="QEMU virt, ARM Cortex-A15",
    triplet="armv7l-unknown-linux-musleabihf",
    debian="armhf",
    architecture="arm",
    image="arch/arm/boot/zImage",
    symbols=_SYMBOLS,
    executable="qemu-system-arm",
    # highmem=off: a kernel without LPAE cannot reach the PCI window above 4 GiB.
    machine="virt,highmem=off",
    cpu="cortex-a15",
    kernel_address="0x41000000",
    # Unpacked, the kernel begins with the memory.
    load="0x40000000",
    unpacked_bytes=0x1000000,
)
