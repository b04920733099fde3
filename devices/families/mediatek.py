"""MediaTek's 64-bit ARM SoCs for routers: MT7622 and MT7981, with two Cortex-A53."""

from liminix_gen import CrossSystem, KernelBuild, OpenWrt

from . import common, cortex_a53, openwrt
from .flash import SPI_NAND

CROSS = CrossSystem(config="aarch64-unknown-linux-musl")

CONSOLE = "ttyS0"
COMMAND_LINE = ("console=ttyS0,115200",)

_SYMBOLS = {
    **common.SYMBOLS,
    **common.processors(2),
    **cortex_a53.SYMBOLS,
    **SPI_NAND,
    "ARCH_MEDIATEK": "y",
    "COMMON_CLK": "y",
    "MEDIATEK_WATCHDOG": "y",
    "MFD_SYSCON": "y",
    "MTK_TIMER": "y",
    "NET_MEDIATEK_SOC": "y",
    "NET_VENDOR_MEDIATEK": "y",
    "PINCTRL": "y",
    "REGULATOR": "y",
    "REGULATOR_FIXED_VOLTAGE": "y",
    "SERIAL_8250": "y",
    "SERIAL_8250_CONSOLE": "y",
    "SERIAL_8250_MT6577": "y",
}


def kernel(device_tree: str, symbols: dict[str, str]) -> KernelBuild:
    """Make the kernel of a board; ``device_tree`` is a file of OpenWrt's, without its folder."""
    return KernelBuild(
        architecture="arm64",
        image="arch/arm64/boot/Image",
        source=openwrt.SOURCE,
        openwrt=OpenWrt(target="mediatek"),
        device_tree=f"mediatek/{device_tree}",
        symbols={**_SYMBOLS, **symbols},
    )
