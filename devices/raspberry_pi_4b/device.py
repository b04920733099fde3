"""Raspberry Pi 4, Model B."""

from liminix_gen import Device

from ..families import raspberry, sd_card

device = Device(
    description="Raspberry Pi 4B, BCM2711 1500 MHz, ARM Cortex-A72",
    about=f"""
A small computer: BCM2711 with four cores, 1 to 8 GB of memory, an SD card, a gigabit socket, two
sockets of USB 3.0 and two of USB 2.0, a radio for 2.4 and 5 GHz.
**Nothing was tried on the hardware by this project.**
{raspberry.ABOUT}""",
    install=raspberry.INSTALL,
    cross=raspberry.CROSS,
    kernel=raspberry.kernel("raspberry-pi-4b.dtb"),
    console=raspberry.CONSOLE,
    command_line=raspberry.COMMAND_LINE,
    roots=sd_card.roots(0),
    network_interfaces=raspberry.network_interfaces(
        "scb/fd580000.ethernet", "43455", "raspberrypi,4-model-b"
    ),
    # The USB chip.
    attached=("pci:1106:3483:0c0330",),
    undriven=raspberry.UNDRIVEN_2711,
    boot_firmware=raspberry.BOOT_FIRMWARE,
    outputs={"sdimage": raspberry.SDIMAGE_BCM2711},
    default_output="sdimage",
)
