"""QEMU's virt board for ARM, 32 and 64 bit: virtio-mmio transports, a PL011, a PL031 clock.

The transports start at 0xa000000, 0x200 apart; two flashes of 64 MiB are at 0 and 0x4000000
(hw/arm/virt.c in QEMU). Linux joins them. The first holds the boot loader; U-Boot keeps its
environment at the start of the second.
"""

from collections.abc import Mapping

from liminix_gen import (
    BootImage,
    CrossSystem,
    Device,
    Flash,
    KernelBuild,
    Place,
    Qemu,
    Root,
    Tftp,
    Ubi,
)

from .common import CLOCK
from .qemu import FLASH, VIRTIO, two_cards

# Two chips side by side, each with blocks of 128 KiB.
_ERASE_BLOCK_BYTES = 0x40000

_ROOT_OFFSET_BYTES = 0x800000

_ROOT_BYTES = 0x4000000 - _ROOT_OFFSET_BYTES

_ENVIRONMENT_BYTES = 0x40000

_MEMORY_MIB = 256

_COMMAND_LINE = (
    "console=ttyAMA0",
    "mtdparts=0.flash:64m(u-boot),256k(u-boot-env),7936k(kernel),-(rootfs)",
)

_ROOTS = {
    "squashfs": Root(device="/dev/vda"),
    "ext4": Root(device="/dev/vda"),
    "jffs2": Root(
        device="mtd:rootfs",
        erase_block_bytes=_ERASE_BLOCK_BYTES,
        size_bytes=_ROOT_BYTES,
        flash_offset_bytes=_ROOT_OFFSET_BYTES,
    ),
    "ubifs": Root(
        device="ubi0:rootfs",
        command_line=("ubi.mtd=rootfs",),
        size_bytes=_ROOT_BYTES,
        flash_offset_bytes=_ROOT_OFFSET_BYTES,
    ),
}

# On NOR flash UBI writes as little as it likes, and its two headers are 64 bytes each; UBIFS writes
# eight bytes at least.
_UBI = Ubi(
    volume="rootfs",
    minimum_io_bytes=8,
    logical_erase_block_bytes=_ERASE_BLOCK_BYTES - 128,
    physical_erase_block_bytes=_ERASE_BLOCK_BYTES,
    size_bytes=_ROOT_BYTES,
)

# U-Boot 2023.01 sees only half of the second flash.
_FLASH = Flash(
    address="0x04040000",
    size_bytes=0x2000000 - _ENVIRONMENT_BYTES,
    erase_block_bytes=_ERASE_BLOCK_BYTES,
    kernel_bytes=_ROOT_OFFSET_BYTES - _ENVIRONMENT_BYTES,
    root_device="mtd:rootfs",
)

_SYMBOLS = {
    **VIRTIO,
    **CLOCK,
    **FLASH,
    "RTC_DRV_PL031": "y",
    "SERIAL_AMBA_PL011": "y",
    "SERIAL_AMBA_PL011_CONSOLE": "y",
    "VIRTIO_MMIO": "y",
}

_network_interfaces = two_cards(
    "/devices/platform/a000000.virtio_mmio", "/devices/platform/a000200.virtio_mmio"
)


def _tftp(kernel: str, unpacked_bytes: int | None) -> Tftp:
    """Make the map of the memory; ``kernel`` is the address of its file.

    QEMU puts the device tree at the start, and U-Boot moves itself to the end.
    """
    return Tftp(
        memory=Place(address="0x40000000", size_bytes=_MEMORY_MIB << 20),
        kernel=Place(address=kernel, size_bytes=0x2000000),
        tree=Place(address="0x44000000", size_bytes=0x200000),
        root=Place(address="0x48000000", size_bytes=0x4000000),
        unpacked_bytes=unpacked_bytes,
        reserved={"U-Boot": Place(address="0x4e000000", size_bytes=0x2000000)},
    )


def arm_virt(
    *,
    description: str,
    triplet: str,
    architecture: str,
    image: str,
    symbols: Mapping[str, str],
    executable: str,
    machine: str,
    cpu: str,
    options: tuple[str, ...] = (),
    kernel_address: str,
    load: str | None = None,
    unpacked_bytes: int | None = None,
) -> Device:
    """Make the board with one processor.

    U-Boot fetches the kernel to ``kernel_address``; one that is unpacked runs at ``load``.
    """
    return Device(
        description=description,
        cross=CrossSystem(config=triplet),
        kernel=KernelBuild(architecture=architecture, image=image, symbols={**_SYMBOLS, **symbols}),
        console="ttyAMA0",
        command_line=_COMMAND_LINE,
        roots=_ROOTS,
        network_interfaces=_network_interfaces,
        boot=BootImage(format="raw", load=load, tree_variable="fdt_addr"),
        flash=_FLASH,
        ubi=_UBI,
        tftp=_tftp(kernel_address, unpacked_bytes),
        # `vmroot` boots without U-Boot, from disks and flashes that are its own.
        outputs={"mtdimage": {}, "tftpboot": {}, "vmroot": {}},
        qemu=Qemu(
            executable=executable,
            machine=machine,
            cpu=cpu,
            memory_mib=_MEMORY_MIB,
            network="virtio-net-device",
            block="virtio-blk-device",
            random="virtio-rng-device",
            options=options,
        ),
    )
