"""Raspberry Pi with a 64-bit SoC of Broadcom: BCM2837 and BCM2711. One kernel is for all of them.

What the boards have is from the kernel's device trees (arch/arm64/boot/dts/broadcom); what the
firmware reads of config.txt is from its makers' documentation of that file.
"""

from collections.abc import Callable, Mapping

from liminix_gen import CrossSystem, KernelBuild, Service, ServiceNamespace

from . import common, cortex_a53, cortex_a72, sd_card, usb, usb_network, wireless
from .common import built_in

# Boot loader, clocks, voltages, power, a reset and some pins are those of the graphics processor,
# which is asked by its mailbox.
_FIRMWARE = built_in("""
    MAILBOX BCM2835_MBOX RASPBERRYPI_FIRMWARE
    COMMON_CLK CLK_BCM2835 CLK_BCM2711_DVP CLK_RASPBERRYPI
    PM BCM2835_POWER RASPBERRYPI_POWER
    RESET_CONTROLLER RESET_RASPBERRYPI
    GPIO_RASPBERRYPI_EXP
    HWMON SENSORS_RASPBERRYPI_HWMON
""")

_SOC = {
    **common.processors(4),
    **cortex_a53.SYMBOLS,
    **cortex_a72.SYMBOLS,
    **_FIRMWARE,
    **built_in("""
        ARCH_BCM ARCH_BCM2835
        BCM2835_WDT BRCMSTB_L2_IRQ
        DMADEVICES DMA_BCM2835
        HW_RANDOM_BCM2835 HW_RANDOM_IPROC_RNG200
        MFD_SYSCON
        PINCTRL
        REGULATOR REGULATOR_FIXED_VOLTAGE REGULATOR_GPIO
        CPU_FREQ CPU_FREQ_DEFAULT_GOV_SCHEDUTIL ARM_RASPBERRYPI_CPUFREQ
        THERMAL THERMAL_OF CPU_THERMAL BCM2835_THERMAL BCM2711_THERMAL
    """),
    # The console, and the port that Bluetooth has.
    **built_in("""
        SERIAL_8250 SERIAL_8250_CONSOLE SERIAL_8250_EXTENDED SERIAL_8250_SHARE_IRQ
        SERIAL_8250_BCM2835AUX SERIAL_AMBA_PL011
    """),
    # 64 MiB that the device tree sets aside for a display: the system has them as long as there is
    # none.
    **built_in("CMA DMA_CMA"),
}

_STORAGE = {
    **sd_card.SYMBOLS,
    # The card of the 3B, the card of the 4B or the eMMC of a CM4, the radio of all.
    **built_in("MMC_BCM2835 MMC_SDHCI MMC_SDHCI_PLTFM MMC_SDHCI_IPROC PWRSEQ_SIMPLE"),
    **usb.STORAGE,
    # In the socket of a CM4's board.
    "BLK_DEV_NVME": "y",
}

_BUSES = {
    **common.PCI,
    **usb.SYMBOLS,
    # The USB chip of the 4B is on PCI; the 3B has the controller in the SoC, for what is soldered
    # on too; the 4B has that one at the socket for power.
    **built_in("""
        PCI_MSI PCIE_BRCMSTB
        USB_PCI USB_XHCI_HCD
        USB_DWC2 USB_DWC2_HOST NOP_USB_XCEIV
        I2C I2C_BCM2835 I2C_MUX I2C_MUX_PINCTRL
    """),
    # The clock of a CM4's board.
    **common.CLOCK,
    "RTC_DRV_PCF85063": "y",
}

_NETWORK = {
    **common.SOCKETS,
    # The 4B: a gigabit controller of the SoC.
    **built_in("NET_VENDOR_BROADCOM BCMGENET PTP_1588_CLOCK"),
    # The 3B: 100 Mbit/s, a chip on USB.
    **built_in("USB_NET_DRIVERS USB_USBNET USB_NET_SMSC95XX"),
}

# What a configuration loads of it is its own matter: the kernel has it all.
_LOADED = {**usb_network.MODULES, **wireless.BRCMFMAC}

_SYMBOLS = {
    **{symbol: value for made in _LOADED.values() for symbol, value in made.items()},
    **common.SYMBOLS,
    **common.HEARTBEAT,
    **_SOC,
    **_STORAGE,
    **_BUSES,
    **_NETWORK,
}

# By the first compatible string of each node, what has no driver and why.
_UNDRIVEN = {
    "brcm,bcm2835-pwm": "a router has no sound",
    "brcm,bcm2835-system-timer": "the timers of the processors are used",
    "brcm,bcm2835-txp": "a router has no display",
    "brcm,bcm43438-bt": "a router has no Bluetooth",
}
_DISPLAY_2837 = """
    brcm,bcm2835-hdmi brcm,bcm2835-hvs brcm,bcm2835-pixelvalve0 brcm,bcm2835-pixelvalve1
    brcm,bcm2835-pixelvalve2 brcm,bcm2835-v3d brcm,bcm2835-vc4 brcm,bcm2835-vec
"""
UNDRIVEN_2837 = {
    **_UNDRIVEN,
    **dict.fromkeys(_DISPLAY_2837.split(), "a router has no display"),
    "arm,cortex-a53-pmu": "it counts events for profiles of programs",
    "brcm,bcm2836-vchiq": "a router has no camera and no sound",
}
_DISPLAY_2711 = """
    brcm,2711-v3d brcm,bcm2711-hdmi-i2c brcm,bcm2711-hdmi0 brcm,bcm2711-hdmi1 brcm,bcm2711-hvs
    brcm,bcm2711-pixelvalve0 brcm,bcm2711-pixelvalve1 brcm,bcm2711-pixelvalve2
    brcm,bcm2711-pixelvalve4 brcm,bcm2711-vc5
"""
UNDRIVEN_2711 = {
    **_UNDRIVEN,
    **dict.fromkeys(_DISPLAY_2711.split(), "a router has no display"),
    "arm,cortex-a72-pmu": "it counts events for profiles of programs",
    "brcm,bcm2835-vchiq": "a router has no camera and no sound",
}

CROSS = CrossSystem(config="aarch64-unknown-linux-musl")

# The small serial port, on pins 8 and 10: Bluetooth has the other one.
CONSOLE = "ttyS1"
COMMAND_LINE = ("console=ttyS1,115200", *sd_card.COMMAND_LINE)


def kernel(device_tree: str) -> KernelBuild:
    """Make the kernel of a board; ``device_tree`` is in the folder of the board."""
    return KernelBuild(
        architecture="arm64",
        image="arch/arm64/boot/Image",
        device_tree=f"broadcom/{device_tree}",
        symbols=_SYMBOLS,
    )


# Of the radio's chip.
_BANDS = {"43430": ["2.4 GHz"], "43455": ["2.4 GHz", "5 GHz"]}


def network_interfaces(
    lan: str, chip: str, board: str
) -> Callable[[ServiceNamespace], Mapping[str, Service]]:
    """Name the socket by its place below /sys/devices/platform, a card on USB, and the radio.

    ``chip`` is the radio's, ``board`` the device tree's name of the board.
    """
    names = [f"brcm/brcmfmac{chip}-sdio.{kind}" for kind in ("bin", "clm_blob", f"{board}.txt")]
    firmware = dict.fromkeys(names, f"brcmfmac{chip}-firmware")

    def build(service: ServiceNamespace) -> Mapping[str, Service]:
        radio = wireless.driver(
            service, wireless.BRCMFMAC, firmware, devices=("of:brcm,bcm4329-fmac",)
        )
        return {
            "lan": service.network.link.build(ifname="eth0", devpath=f"/devices/platform/{lan}"),
            "wan": usb_network.interface(service, "eth1"),
            "wlan": service.network.link.build(
                ifname="wlan0", bands=_BANDS[chip], dependencies=[radio]
            ),
        }

    return build


# What the graphics processor starts from. Its small version takes 16 MiB of the memory, and the
# serial port needs that its clock stays as it is.
_CONFIG = "arm_64bit=1 enable_uart=1 gpu_mem=16"
BOOT_FIRMWARE = {"raspi-firmware": "the board does not start"}
SDIMAGE_BCM2837 = {"bootFiles": "bootcode.bin start_cd.elf fixup_cd.dat", "configLines": _CONFIG}
SDIMAGE_BCM2711 = {"bootFiles": "start4cd.elf fixup4cd.dat", "configLines": _CONFIG}

ABOUT = """
- `lan` is the socket (`eth0`). `wan` is an adapter on USB (`eth1`): Realtek RTL8152 to RTL8156,
  ASIX AX88179, or one that keeps to the standard for such things (CDC Ethernet).
- `wlan` is the radio. Its firmware is not free; on the debian set it comes from Debian's
  `firmware-brcm80211`.
- What the board starts from is not free either: the debian set takes it from `raspi-firmware`. With
  `--without non-free-firmware` there is no image.
- The console is the serial port on pins 8 (out) and 10 (in), at 115200 baud and 3.3 V.
- Display, sound, camera and Bluetooth are not driven.
"""

INSTALL = """
1. Run `liminix-gen build CONFIG --output sdimage`. `result/disk.img` is a whole SD card.
2. Copy it to a card, whose content is lost; `lsblk` shows which device that is:

       sudo dd if=result/disk.img of=/dev/sdX bs=4M conv=fsync status=progress

3. Start the board from the card, with the LAN in its socket and an adapter for the WAN on USB.
"""
