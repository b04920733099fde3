"""Turris Omnia."""

from collections.abc import Mapping

from liminix_gen import CrossSystem, Device, KernelBuild, Root, Service, ServiceNamespace

from ..families import common, cortex_a9, switch, wireless
from ..families.flash import SPI_NOR

_SYMBOLS = {
    **common.SYMBOLS,
    **common.CLOCK,
    **common.processors(2),
    **cortex_a9.SYMBOLS,
    **SPI_NOR,
    **switch.DSA,
    "ARCH_MVEBU": "y",
    # A gigabyte does not fit into what the kernel maps all the time.
    "HIGHMEM": "y",
    "MACH_ARMADA_38X": "y",
    # The console.
    "SERIAL_8250": "y",
    "SERIAL_8250_CONSOLE": "y",
    "SERIAL_8250_DW": "y",
    "SERIAL_OF_PLATFORM": "y",
    # The eMMC, which has the image.
    "BLK_DEV": "y",
    "MMC": "y",
    "MMC_BLOCK": "y",
    "MMC_SDHCI": "y",
    "MMC_SDHCI_PLTFM": "y",
    "MMC_SDHCI_PXAV3": "y",
    "MSDOS_PARTITION": "y",
    # Three gigabit controllers: one to the WAN socket, two to the switch.
    "FIXED_PHY": "y",
    # The switch interrupts by a pin.
    "GPIO_MVEBU": "y",
    "MARVELL_PHY": "y",
    "MVMDIO": "y",
    "MVNETA": "y",
    "NET_DSA_MV88E6XXX": "y",
    "NET_VENDOR_MARVELL": "y",
    "PHY_MVEBU_A38X_COMPHY": "y",
    # The boot loader starts the watchdog.
    "ORION_WATCHDOG": "y",
    "RTC_DRV_ARMADA38X": "y",
    # The radios.
    **common.PCI,
    "PCI_MVEBU": "y",
    # The flash with the boot loader.
    "SPI_ORION": "y",
}


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    ath9k = wireless.driver(service, wireless.ATH9K_PCI)
    ath10k = wireless.driver(
        service,
        wireless.ATH10K_PCI,
        wireless.ath10k_firmware("QCA988X/hw2.0", "qca988x-firmware"),
    )
    soc = "/devices/platform/soc"
    bus = f"{soc}/soc:pcie/pci0000:00"
    interfaces = {
        **switch.ports(service, "lan0", "lan1", "lan2", "lan3", "lan4"),
        "wan": service.network.link.build(
            ifname="wan", devpath=f"{soc}/soc:internal-regs/f1034000.ethernet"
        ),
        "wlan": service.network.link.build(
            ifname="wlan0", devpath=f"{bus}/0000:00:03.0/0000:03:00.0", dependencies=[ath9k]
        ),
        "wlan5": service.network.link.build(
            ifname="wlan1", devpath=f"{bus}/0000:00:02.0/0000:02:00.0", dependencies=[ath10k]
        ),
    }
    return switch.with_lan(interfaces, "lan0")


device = Device(
    description="Turris Omnia, Marvell Armada 385, ARM Cortex-A9",
    about="""
A router: Armada 385 with two cores, 1 or 2 GB of memory, 8 GB of eMMC, six gigabit sockets, mini
PCIe cards for 2.4 GHz (ath9k) and 5 GHz (ath10k, QCA988X). Linux drives it without foreign patches.
The kernel was compiled by this project; **nothing was tried on the hardware**.

- `lan0` to `lan4` are ports of the switch, `wan` is the SoC's own controller; `lan` is `lan0`.
- `wlan` and `wlan5` are the cards in the slots where the maker puts them. A card in another slot:
  `network.link` with its place below /sys, and this board's interface as an example.
- Firmware of the 5 GHz radio is not free; on the debian set it comes from Debian's
  `firmware-atheros`. With `--without non-free-firmware` that radio does not come up.
- The SFP cage, USB, SATA, and the LEDs, which a microcontroller drives, are not driven.
- The rescue system and the boot loader are in the NOR flash, which images leave alone.
""",
    install="""
The image is a whole disk: a partition with the kernel for the boot loader, and the root.

1. Build `outputs.sdimage`, and copy its `disk.img` to a USB stick with `dd`.
2. Boot from the stick, from the boot loader's prompt on the serial console, or from the maker's
   system with `fw_setenv boot_targets 'usb0 mmc0'`; `fw_printenv` first, to know what it was.
   **The kernel must be able to read the stick**: add `USB_SUPPORT`, `USB`, `USB_XHCI_HCD`,
   `USB_XHCI_PLATFORM`, `USB_XHCI_MVEBU`, `SCSI`, `BLK_DEV_SD` and `USB_STORAGE` to
   `config.kernel.config`.
3. To have it on the eMMC: from the rescue system or the maker's system on a stick, save what you
   want back, and copy the image to `/dev/mmcblk0` with `dd`. This replaces all that is on it.
4. Set `boot_targets` back.
""",
    cross=CrossSystem(config="armv7l-unknown-linux-musleabihf"),
    kernel=KernelBuild(
        architecture="arm",
        image="arch/arm/boot/zImage",
        device_tree="marvell/armada-385-turris-omnia.dtb",
        symbols=_SYMBOLS,
    ),
    console="ttyS0",
    # The eMMC may be found later than the root is looked for. No device waits for one that the
    # device tree names and the kernel has no driver for.
    command_line=("console=ttyS0,115200", "fw_devlink=off", "rootwait"),
    # The second partition of the image, by the number of its disk.
    roots={"squashfs": Root(device="PARTUUID=4c4d5831-02")},
    network_interfaces=_network_interfaces,
    outputs={"sdimage": {}},
    default_output="sdimage",
)
