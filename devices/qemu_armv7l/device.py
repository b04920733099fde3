"""QEMU's virt board with a 32-bit ARM."""

from ..families import armv7
from ..families.arm_virt import arm_virt

_SYMBOLS = {
    **armv7.SYMBOLS,
    "ARCH_VIRT": "y",
    "ARM_ARCH_TIMER_EVTSTREAM": "y",
    # This core can divide.
    "ARM_PATCH_IDIV": "y",
    # Its timer tells the time without a system call.
    "VDSO": "y",
}

device = arm_virt(
    description="QEMU virt, ARM Cortex-A15",
    triplet="armv7l-unknown-linux-musleabihf",
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
