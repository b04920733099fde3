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
    "SPI_ATH79": "y",
}


def kernel(device_tree: str, symbols: dict[str, str]) -> KernelBuild:
    """Make the kernel of a board; ``device_tree`` is a file of OpenWrt's, without its folder."""
    return KernelBuild(
        architecture="mips",
        image=mips.IMAGE,
        source=openwrt.SOURCE,
        openwrt=OpenWrt(target="ath79"),
        device_tree=f"qca/{device_tree}",
        symbols={**_SYMBOLS, **symbols},
    )
