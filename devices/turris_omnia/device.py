"""Turris Omnia."""

from collections.abc import Mapping

from liminix_gen import CrossSystem, Device, KernelBuild, Root, Service, ServiceNamespace

from ..families import common, cortex_a9, switch, wireless
from ..families.flash import SPI_NOR


def _built_in(words: str) -> dict[str, str]:
    return dict.fromkeys(words.split(), "y")


_SOC = _built_in("""
    ARCH_MVEBU MACH_ARMADA_38X CACHE_L2X0 MFD_SYSCON SRAM
    SERIAL_8250 SERIAL_8250_CONSOLE SERIAL_8250_DW SERIAL_OF_PLATFORM
    ORION_WATCHDOG RTC_DRV_ARMADA38X THERMAL THERMAL_OF ARMADA_THERMAL
    GPIO_MVEBU PHY_MVEBU_A38X_COMPHY
""")

# The image is on the eMMC, on a stick or on a disk in the slot for mSATA; the NOR flash has the
# boot loader.
_MEDIA = {
    **SPI_NOR,
    **_built_in("""
        SPI_ORION
        BLK_DEV MMC MMC_BLOCK MMC_SDHCI MMC_SDHCI_PLTFM MMC_SDHCI_PXAV3 MSDOS_PARTITION
        SCSI BLK_DEV_SD ATA AHCI_MVEBU
        USB_SUPPORT USB USB_XHCI_HCD USB_XHCI_PLATFORM USB_XHCI_MVEBU
        USB_EHCI_HCD USB_EHCI_TT_NEWSCHED USB_EHCI_HCD_ORION USB_STORAGE
    """),
}

# Three gigabit controllers: one to the WAN socket or the SFP cage, two to the switch, which
# interrupts by a pin.
_NETWORK = {
    **switch.DSA,
    **_built_in("""
        NET_VENDOR_MARVELL MVMDIO MVNETA MVNETA_BM_ENABLE
        FIXED_PHY MARVELL_PHY NET_DSA_MV88E6XXX SFP
    """),
}

# On I2C: the microcontroller with LEDs, button, power of the USB sockets and a watchdog, the pins
# of the SFP cage, the EEPROM with the facts of the board, and two random generators.
_CHIPS = _built_in("""
    I2C I2C_MV64XXX I2C_MUX I2C_MUX_PCA954x GPIO_PCA953X EEPROM_AT24
    CZNIC_PLATFORMS TURRIS_OMNIA_MCU TURRIS_OMNIA_MCU_GPIO TURRIS_OMNIA_MCU_SYSOFF_WAKEUP
    TURRIS_OMNIA_MCU_WATCHDOG TURRIS_OMNIA_MCU_TRNG LEDS_CLASS_MULTICOLOR LEDS_TURRIS_OMNIA
    CRYPTO CRYPTO_HW CRYPTO_DEV_ATMEL_SHA204A
""")

_SYMBOLS = {
    **common.SYMBOLS,
    **common.CLOCK,
    **common.PCI,
    **common.processors(2),
    **cortex_a9.SYMBOLS,
    **_SOC,
    **_MEDIA,
    **_NETWORK,
    **_CHIPS,
    # A gigabyte does not fit into what the kernel maps all the time.
    "HIGHMEM": "y",
    # The radios.
    "PCI_MVEBU": "y",
}

_SOUND = "a router has no sound"

_UNDRIVEN = {
    "arm,cortex-a9-pmu": "no profiler is in an image",
    "gpio-keys": "nothing listens to a button",
    "linux,spdif-dit": _SOUND,
    "marvell,armada-380-audio": _SOUND,
    "marvell,armada-380-mpcore-soc-ctrl": "what stops an idle processor finds it by its name",
    "marvell,armada-380-xor": "no service copies or compares memory by it",
    "marvell,armada-38x-crypto": "the processors are as fast for packets",
    "marvell,armada-xp-sdram-controller": "Linux counts errors of memory by it, and nothing asks",
    "marvell,mbus-controller": "the driver of the bus reads its registers",
    "simple-audio-card": _SOUND,
}


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    # The maker's cards are Compex' WLE200N2 (AR9287) and WLE900VX (QCA9880).
    ath9k = wireless.driver(service, wireless.ATH9K_PCI, devices=("pci:168c:002e",))
    ath10k = wireless.driver(
        service,
        wireless.ATH10K_PCI,
        wireless.ath10k_firmware("QCA988X/hw2.0", "qca988x-firmware"),
        devices=("pci:168c:003c",),
    )
    soc = "/devices/platform/soc"
    bus = f"{soc}/soc:pcie/pci0000:00"
    interfaces = {
        **switch.ports(service, "lan0", "lan1", "lan2", "lan3", "lan4"),
        "wan": service.network.link.build(
            ifname="wan", devpath=f"{soc}/soc:internal-regs/f1034000.ethernet"
        ),
        "wlan": service.network.link.build(
            ifname="wlan0",
            devpath=f"{bus}/0000:00:03.0/0000:03:00.0",
            bands=["2.4 GHz"],
            dependencies=[ath9k],
        ),
        "wlan5": service.network.link.build(
            ifname="wlan1",
            devpath=f"{bus}/0000:00:02.0/0000:02:00.0",
            # A QCA9880 is for one of the two at a time.
            bands=["5 GHz", "2.4 GHz"],
            dependencies=[ath10k],
        ),
    }
    return switch.with_lan(interfaces, "lan0")


device = Device(
    description="Turris Omnia, Marvell Armada 385, ARM Cortex-A9",
    about="""
A router: Armada 385 with two cores, 1 or 2 GB of memory, 8 GB of eMMC, six gigabit sockets, mini
PCIe cards for 2.4 GHz (ath9k) and 5 GHz (ath10k, QCA988X). Linux drives it without foreign patches.
The kernel is Debian's 6.12. It was compiled by this project; **nothing was tried on the hardware**.

- `lan0` to `lan4` are ports of the switch, `wan` is the SoC's own controller; `lan` is `lan0`.
- `wlan` and `wlan5` are the cards in the slots where the maker puts them. A card in another slot:
  `network.link` with its place below /sys, and this board's interface as an example.
- Firmware of the 5 GHz radio is not free; on the debian set it comes from Debian's
  `firmware-atheros`. With `--without non-free-firmware` that radio does not come up.
- USB, a disk in the slot for mSATA, the SFP cage, the thermometer, and what is behind the
  microcontroller (LEDs, watchdog, random generator) are driven. The cage takes the place of the WAN
  socket where U-Boot enables it: with a module in it, and a U-Boot that knows of it.
- The root is a squashfs, found by the number of its disk: the image starts from a stick and from
  the eMMC. What mounts a root that can be written does not know such numbers, so there is none.
- The rescue system and the boot loader are in the NOR flash, which images leave alone.
""",
    install="""
The image is a whole disk: a partition with the kernel for the boot loader, and the root.

The boot loader must look for such partitions by itself, as U-Boot 2019.07 and later does, which
routers since 2019 have. Earlier ones came with 2015.10-rc2, which does not: update it with the
maker's system first. `grep -ao 'U-Boot 20[0-9.]*' /dev/mtd0` there says which it is.

1. Run `liminix-gen build CONFIG --output sdimage`, and copy
   `result/disk.img` to a USB stick with `dd`.
2. Boot from the stick, from the boot loader's prompt on the serial console, or from the maker's
   system with `fw_setenv boot_targets 'usb0 mmc0'`; `fw_printenv` first, to know what it was.
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
    undriven=_UNDRIVEN,
    network_interfaces=_network_interfaces,
    outputs={"sdimage": {}},
    default_output="sdimage",
)
