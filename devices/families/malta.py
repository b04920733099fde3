"""QEMU's Malta board, in both byte orders."""

from collections.abc import Mapping

from liminix_gen import CrossSystem, Device, KernelBuild, Qemu

from .qemu import CLOCK, VIRTIO, two_cards

_SYMBOLS = {
    **VIRTIO,
    **CLOCK,
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


def malta(
    *, description: str, cpu: str, debian: str | None, executable: str, symbols: Mapping[str, str]
) -> Device:
    """Make the board of one byte order; ``cpu`` is its name in a GNU triplet."""
    return Device(
        description=description,
        cross=CrossSystem(
            config=f"{cpu}-unknown-linux-musl", gcc={"abi": "32", "arch": "mips32r2"}
        ),
        debian_architecture=debian,
        kernel=KernelBuild(architecture="mips", image="vmlinux", symbols={**_SYMBOLS, **symbols}),
        console="ttyS0",
        command_line=("console=ttyS0",),
        # The PCI slots whose interrupts the board routes to cards start at 0x12.
        network_interfaces=two_cards(
            "/devices/pci0000:00/0000:00:12.0", "/devices/pci0000:00/0000:00:13.0"
        ),
        qemu=Qemu(
            executable=executable,
            machine="malta",
            cpu="24Kf",
            memory_mib=128,
            network="virtio-net-pci",
            block="virtio-blk-pci",
            random="virtio-rng-pci",
            options=("-vga", "none"),
        ),
    )
