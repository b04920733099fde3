"""QEMU's Malta board, little endian."""

from liminix_gen import Device, KernelBuild, Qemu

from ..families.qemu import CLOCK, VIRTIO, two_cards

_SYMBOLS = {
    **VIRTIO,
    **CLOCK,
    "CPU_LITTLE_ENDIAN": "y",
    "CPU_MIPS32_R2": "y",
    "MIPS_MALTA": "y",
    "PAGE_SIZE_4KB": "y",
    "PCI": "y",
    # The interrupt routing of the PIIX4 is a fixup of PCI; without it no card has an interrupt.
    "PCI_QUIRKS": "y",
    "RTC_DRV_CMOS": "y",
    "SERIAL_8250": "y",
    "SERIAL_8250_CONSOLE": "y",
    "VIRTIO_PCI": "y",
    # Reboot is a register of a syscon, power off one of the PIIX4.
    "MFD_SYSCON": "y",
    "POWER_RESET": "y",
    "POWER_RESET_PIIX4_POWEROFF": "y",
    "POWER_RESET_SYSCON": "y",
}

device = Device(
    description="QEMU malta, MIPS 24Kf, little endian",
    debian_architecture="mipsel",
    kernel=KernelBuild(architecture="mips", image="vmlinux", symbols=_SYMBOLS),
    console="ttyS0",
    command_line=("console=ttyS0",),
    # The PCI slots whose interrupts the board routes to cards start at 0x12.
    network_interfaces=two_cards(
        "/devices/pci0000:00/0000:00:12.0", "/devices/pci0000:00/0000:00:13.0"
    ),
    qemu=Qemu(
        executable="qemu-system-mipsel",
        machine="malta",
        cpu="24Kf",
        memory_mib=128,
        network="virtio-net-pci",
        block="virtio-blk-pci",
        random="virtio-rng-pci",
        options=("-vga", "none"),
    ),
)
