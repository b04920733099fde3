"""Allwinner's H3, with four Cortex-A7."""

from liminix_gen import CrossSystem, KernelBuild, Root

from . import common, cortex_a7

CROSS = CrossSystem(config="armv7l-unknown-linux-musleabihf")

CONSOLE = "ttyS0"

# The card may be found later than the root is looked for.
COMMAND_LINE = ("console=ttyS0,115200", "rootwait")

# The first controller has the card, and the card's second partition the root.
ROOTS = {"squashfs": Root(device="/dev/mmcblk0p2"), "ext4": Root(device="/dev/mmcblk0p2")}


def _built_in(words: str) -> dict[str, str]:
    return dict.fromkeys(words.split(), "y")


_SOC = _built_in("""
    ARCH_SUNXI MACH_SUN8I ARM_PSCI HAVE_ARM_ARCH_TIMER ARM_ARCH_TIMER_EVTSTREAM
    SUNXI_CCU SUN8I_H3_CCU SUN8I_R_CCU PINCTRL_SUN8I_H3 PINCTRL_SUN8I_H3_R
    SRAM SUNXI_SRAM MFD_SYSCON DMADEVICES DMA_SUN6I NVMEM NVMEM_SUNXI_SID
    SERIAL_8250 SERIAL_8250_CONSOLE SERIAL_8250_DW SERIAL_OF_PLATFORM
    SUNXI_WATCHDOG RTC_DRV_SUN6I
""")

# As fast as is asked for and the heat allows. The processors' voltage comes from a chip on I2C.
_SPEED = _built_in("""
    CPU_FREQ CPU_FREQ_DEFAULT_GOV_SCHEDUTIL CPUFREQ_DT
    THERMAL THERMAL_OF CPU_THERMAL CPU_FREQ_THERMAL SUN8I_THERMAL
    I2C I2C_MV64XXX REGULATOR REGULATOR_FIXED_VOLTAGE REGULATOR_SY8106A
""")

_CARD = _built_in("BLK_DEV MMC MMC_BLOCK MMC_SUNXI MSDOS_PARTITION")

_NETWORK = _built_in("NET_VENDOR_STMICRO STMMAC_ETH STMMAC_PLATFORM DWMAC_SUN8I")

# The socket that is host or device says which by a cable's pin: both halves are there.
_USB = _built_in("""
    USB_SUPPORT USB USB_EHCI_HCD USB_EHCI_TT_NEWSCHED USB_EHCI_HCD_PLATFORM
    USB_OHCI_HCD USB_OHCI_HCD_PLATFORM
    EXTCON POWER_SUPPLY PHY_SUN4I_USB NOP_USB_XCEIV
    USB_GADGET USB_MUSB_HDRC USB_MUSB_DUAL_ROLE USB_MUSB_SUNXI
""")

_SYMBOLS = {
    **common.SYMBOLS,
    **common.CLOCK,
    **common.processors(4),
    **cortex_a7.SYMBOLS,
    **_SOC,
    **_SPEED,
    **_CARD,
    **_NETWORK,
    **_USB,
    # A gigabyte does not fit into what the kernel maps all the time.
    "HIGHMEM": "y",
}

_SCREEN = "a router has no screen"
_SOUND = "a router has no sound"

UNDRIVEN = {
    "allwinner,sun6i-a31-ir": "a router has no remote control",
    "allwinner,sun8i-h3-codec": _SOUND,
    "allwinner,sun8i-h3-codec-analog": _SOUND,
    "allwinner,sun8i-h3-crypto": "the processors are as fast, and the H3's has no random generator",
    "allwinner,sun8i-h3-de2-clk": _SCREEN,
    "allwinner,sun8i-h3-de2-mixer-0": _SCREEN,
    "allwinner,sun8i-h3-deinterlace": _SCREEN,
    "allwinner,sun8i-h3-display-engine": _SCREEN,
    "allwinner,sun8i-h3-dw-hdmi": _SCREEN,
    "allwinner,sun8i-h3-hdmi-phy": _SCREEN,
    "allwinner,sun8i-h3-mali": _SCREEN,
    "allwinner,sun8i-h3-mbus": "Linux has no driver: others read its range of addresses",
    "allwinner,sun8i-h3-msgbox": "nothing runs on the management processor",
    "allwinner,sun8i-h3-tcon-tv": _SCREEN,
    "allwinner,sun8i-h3-video-engine": _SCREEN,
    "arm,cortex-a7-pmu": "no profiler is in an image",
    "gpio-keys": "nothing listens to a button",
    "hdmi-connector": _SCREEN,
}


def kernel(device_tree: str) -> KernelBuild:
    """Make the kernel of a board: one for all; ``device_tree`` is a file of the kernel's folder."""
    return KernelBuild(
        architecture="arm",
        image="arch/arm/boot/zImage",
        device_tree=f"allwinner/{device_tree}",
        symbols=_SYMBOLS,
    )
