"""Raspberry Pi Compute Module 4 on its maker's board."""

from liminix_gen import Device

from ..families import raspberry, sd_card

device = Device(
    description="Raspberry Pi CM4 on its IO Board, BCM2711 1500 MHz, ARM Cortex-A72",
    about=f"""
A module on the Compute Module 4 IO Board: BCM2711 with four cores, 1 to 8 GB of memory, an eMMC or
the board's SD card, a gigabit socket, two sockets of USB 2.0, a slot for PCIe, a clock that keeps
time without power, and with some modules a radio for 2.4 and 5 GHz. Other boards for the module
differ in clock, USB and PCIe. **Nothing was tried on the hardware by this project.**
{raspberry.ABOUT}""",
    install=f"""
A module without eMMC starts from an SD card:
{raspberry.INSTALL}
A module with eMMC shows it on a computer as a disk: bridge the pins of J2 that are labelled to
disable the eMMC's boot, connect the micro USB socket, give the board power, and run the maker's
`rpiboot` (github.com/raspberrypi/usbboot). Copy the image to that disk in step 2, and take the
bridge away.
""",
    cross=raspberry.CROSS,
    kernel=raspberry.kernel("raspberry-pi-cm4.dtb"),
    console=raspberry.CONSOLE,
    command_line=raspberry.COMMAND_LINE,
    roots=sd_card.roots(0),
    network_interfaces=raspberry.network_interfaces(
        "scb/fd580000.ethernet", "43455", "raspberrypi,4-compute-module"
    ),
    undriven=raspberry.UNDRIVEN_2711,
    boot_firmware=raspberry.BOOT_FIRMWARE,
    outputs={"sdimage": raspberry.SDIMAGE_BCM2711},
    default_output="sdimage",
)
