"""Qualcomm Atheros' MIPS SoCs."""

from liminix_gen import CrossSystem, KernelBuild, OpenWrt

from . import common, mips, openwrt

CROSS = CrossSystem(config="mips-unknown-linux-musl", gcc={"abi": "32", "arch": "24kc"})

CONSOLE = "ttyS0"
COMMAND_LINE = ("console=ttyS0,115200",)

_SYMBOLS = {
    **mips.SYMBOLS,
    **common.SYMBOLS,
    "ATH79": "y",
    "ATH79_WDT": "y",
    "CPU_BIG_ENDIAN": "y",
    "GPIO_ATH79": "y",
    "MFD_SYSCON": "y",
    # OpenWrt's driver of the gigabit controllers; Linux' own has no part for the switch.
    "AG71XX_LEGACY": "y",
    "NET_VENDOR_ATHEROS": "y",
    "PINCTRL": "y",
    "PINCTRL_SINGLE": "y",
    "RESET_CONTROLLER": "y",
}

# The controllers of the flash: that of the SoCs from AR9340 on, and the older one.
SPI_AR934X = {"SPI_AR934X": "y"}

# USB 2.0 from AR7240 on. The root hub takes slow devices too: there is no second controller.
USB = {
    "PHY_AR7200_USB": "y",
    "USB": "y",
    "USB_EHCI_HCD": "y",
    "USB_EHCI_HCD_PLATFORM": "y",
    "USB_EHCI_ROOT_HUB_TT": "y",
    "USB_SUPPORT": "y",
}

# What no driver has: the controller of the memory is programmed by the platform's own code.
UNDRIVEN = {
    "qca,qca9530-ddr-controller": "the platform's code uses its registers",
    "qca,qca9530-wifi": "ath9k of Linux 6.12 finds no radio that only a device tree describes",
}


def kernel(device_tree: str, symbols: dict[str, str]) -> KernelBuild:
    """Make the kernel of a board; ``device_tree`` has no folder: the board's, or OpenWrt's."""
    return KernelBuild(
        architecture="mips",
        image=mips.IMAGE,
        source=openwrt.SOURCE,
        openwrt=OpenWrt(target="ath79"),
        device_tree=f"qca/{device_tree}",
        symbols={**_SYMBOLS, **symbols},
    )
