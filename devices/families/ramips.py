"""Ralink's and MediaTek's MIPS SoCs."""

from liminix_gen import CrossSystem, KernelBuild, OpenWrt

from . import common, mips, openwrt

CROSS = CrossSystem(config="mipsel-unknown-linux-musl", gcc={"abi": "32", "arch": "mips32r2"})

CONSOLE = "ttyS0"
COMMAND_LINE = ("console=ttyS0,115200",)

_SYMBOLS = {
    **mips.SYMBOLS,
    **common.SYMBOLS,
    "CPU_LITTLE_ENDIAN": "y",
    "PINCTRL": "y",
    "RALINK": "y",
}

# USB 2.0 of the single-core SoCs, and its slower companion.
USB2 = {
    "PHY_RALINK_USB": "y",
    "USB": "y",
    "USB_EHCI_HCD": "y",
    "USB_EHCI_HCD_PLATFORM": "y",
    "USB_OHCI_HCD": "y",
    "USB_OHCI_HCD_PLATFORM": "y",
    "USB_SUPPORT": "y",
}


def kernel(device_tree: str, symbols: dict[str, str]) -> KernelBuild:
    """Make the kernel of a board; ``device_tree`` has no folder: the board's, or OpenWrt's."""
    return KernelBuild(
        architecture="mips",
        image=mips.IMAGE,
        source=openwrt.SOURCE,
        openwrt=OpenWrt(target="ramips"),
        device_tree=f"ralink/{device_tree}",
        symbols={**_SYMBOLS, **symbols},
    )


def mainline(device_tree: str, symbols: dict[str, str]) -> KernelBuild:
    """Make the kernel of a board that Linux drives without OpenWrt's changes."""
    return KernelBuild(
        architecture="mips",
        image=mips.IMAGE,
        device_tree=f"ralink/{device_tree}",
        symbols={**_SYMBOLS, **symbols},
    )
