"""QEMU's Malta board, in both byte orders."""

from collections.abc import Mapping

from liminix_gen import BootImage, CrossSystem, Device, KernelBuild, Place, Qemu, Root, Tftp

from .common import CLOCK, PCI
from .mips import COMMAND_LINE_SYMBOLS
from .qemu import FLASH, VIRTIO, two_cards

_SYMBOLS = {
    **VIRTIO,
    **CLOCK,
    **COMMAND_LINE_SYMBOLS,
    **FLASH,
    # The interrupt routing of the PIIX4 is a quirk too; without it no card has an interrupt.
    **PCI,
    "CPU_MIPS32_R2": "y",
    # The device tree is put into the kernel's file, or comes from the kernel before (kexec).
    "MIPS_ELF_APPENDED_DTB": "y",
    "MIPS_MALTA": "y",
    "PAGE_SIZE_4KB": "y",
    "RTC_DRV_CMOS": "y",
    "SERIAL_8250": "y",
    "SERIAL_8250_CONSOLE": "y",
    "UHI_BOOT": "y",
    "VIRTIO_PCI": "y",
    # Reboot is a register of a syscon, power off one of the PIIX4.
    "MFD_SYSCON": "y",
    "POWER_RESET": "y",
    "POWER_RESET_PIIX4_POWEROFF": "y",
    "POWER_RESET_SYSCON": "y",
}

_ERASE_BLOCK_BYTES = 0x10000

# U-Boot takes it for granted.
_MEMORY_MIB = 256

# U-Boot moves itself to the end.
_TFTP = Tftp(
    memory=Place(address="0x00000000", size_bytes=_MEMORY_MIB << 20),
    kernel=Place(address="0x04000000", size_bytes=0x4000000),
    root=Place(address="0x08000000", size_bytes=0x6000000),
    reserved={"U-Boot": Place(address="0x0e000000", size_bytes=0x2000000)},
)


def malta(*, description: str, cpu: str, executable: str, symbols: Mapping[str, str]) -> Device:
    """Make the board of one byte order; ``cpu`` is its name in a GNU triplet."""
    return Device(
        description=description,
        cross=CrossSystem(
            config=f"{cpu}-unknown-linux-musl", gcc={"abi": "32", "arch": "mips32r2"}
        ),
        kernel=KernelBuild(
            architecture="mips",
            image="vmlinux",
            device_tree="mti/malta.dtb",
            symbols={**_SYMBOLS, **symbols},
        ),
        console="ttyS0",
        command_line=("console=ttyS0",),
        roots={
            "squashfs": Root(device="/dev/vda"),
            "ext4": Root(device="/dev/vda"),
            # The board's own flash is small: a disk stands for a larger one.
            "jffs2": Root(
                device="mtd:rootfs",
                command_line=(f"block2mtd.block2mtd=/dev/vda,{_ERASE_BLOCK_BYTES},rootfs",),
                symbols={"MTD_BLOCK2MTD": "y"},
                erase_block_bytes=_ERASE_BLOCK_BYTES,
                size_bytes=0x2000000,
            ),
        },
        boot=BootImage(format="elf"),
        tftp=_TFTP,
        undriven={"mti,malta-lcd": "eight characters that QEMU shows nowhere"},
        outputs={
            # A kernel keeps below the root; memory ends where QEMU's does.
            "kexecboot": {"ramBytes": _MEMORY_MIB << 20, "rootAddress": "0x04000000"},
            "tftpboot": {},
            "vmroot": {},
        },
        # The PCI slots whose interrupts the board routes to cards start at 0x12.
        network_interfaces=two_cards(
            "/devices/pci0000:00/0000:00:12.0", "/devices/pci0000:00/0000:00:13.0"
        ),
        qemu=Qemu(
            executable=executable,
            machine="malta",
            cpu="24Kf",
            memory_mib=_MEMORY_MIB,
            network="virtio-net-pci",
            block="virtio-blk-pci",
            random="virtio-rng-pci",
            # QEMU translates a page of a library anew for each address that a process has it at,
            # and keeps 1 GiB of that by default. After a reset each store to such a page looks
            # through its hundreds of thousands of translations: the next boot seems to hang.
            options=("-vga", "none", "-accel", "tcg,tb-size=128"),
        ),
    )
