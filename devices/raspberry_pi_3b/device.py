"""Raspberry Pi 3, Model B."""

from liminix_gen import Device

from ..families import raspberry, sd_card

device = Device(
    description="Raspberry Pi 3B, BCM2837 1200 MHz, ARM Cortex-A53",
    about=f"""
A small computer: BCM2837 with four cores, 1 GB of memory, an SD card, a socket of 100 Mbit/s and
four of USB 2.0, which share one line to the SoC, a radio for 2.4 GHz.
In QEMU's model of the board, which has no graphics processor, no radio and not the chip of the
socket, kernel and system start from the card, and the network is an adapter on USB.
**Nothing was tried on the hardware by this project.**
{raspberry.ABOUT}""",
    install=raspberry.INSTALL,
    cross=raspberry.CROSS,
    kernel=raspberry.kernel("raspberry-pi-3b.dtb"),
    console=raspberry.CONSOLE,
    command_line=raspberry.COMMAND_LINE,
    roots=sd_card.roots(0),
    network_interfaces=raspberry.network_interfaces(
        "soc/3f980000.usb/usb1/1-1/1-1.1/1-1.1:1.0", "43430", "raspberrypi,3-model-b"
    ),
    undriven=raspberry.UNDRIVEN_2837,
    boot_firmware=raspberry.BOOT_FIRMWARE,
    outputs={"sdimage": raspberry.SDIMAGE_BCM2837},
    default_output="sdimage",
)
