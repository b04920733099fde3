"""Rockchip's 64-bit ARM SoCs in FriendlyElec's NanoPi: RK3328, RK3399, RK3568, RK3588S.

One kernel is for all of them. What the boards have is from the kernel's device trees
(arch/arm64/boot/dts/rockchip).
"""

from collections.abc import Mapping, Sequence

from liminix_gen import CrossSystem, KernelBuild, Service, ServiceNamespace

from . import common, cortex_a53, cortex_a55, cortex_a72, cortex_a76, sd_card, usb, usb_network
from .common import built_in

_PROCESSORS = {
    **common.processors(8),
    **cortex_a53.SYMBOLS,
    **cortex_a55.SYMBOLS,
    **cortex_a72.SYMBOLS,
    **cortex_a76.SYMBOLS,
    # The interrupt controller of the RK3588 shares no memory that is cached.
    "ROCKCHIP_ERRATUM_3588001": "y",
    **built_in("""
        CPU_IDLE CPU_IDLE_GOV_MENU ARM_PSCI_CPUIDLE
        CPU_FREQ CPU_FREQ_DEFAULT_GOV_SCHEDUTIL CPUFREQ_DT
        THERMAL THERMAL_OF CPU_THERMAL ROCKCHIP_THERMAL
    """),
}

_SOC = built_in("""
    ARCH_ROCKCHIP
    COMMON_CLK COMMON_CLK_ROCKCHIP CLK_RK3328 CLK_RK3399 CLK_RK3568 CLK_RK3588
    RESET_CONTROLLER
    PINCTRL PINCTRL_ROCKCHIP GPIO_ROCKCHIP GPIO_SYSCON
    PM ROCKCHIP_PM_DOMAINS ROCKCHIP_IODOMAIN
    POWER_RESET SYSCON_REBOOT_MODE
    DMADEVICES PL330_DMA
    SRAM
    NVMEM NVMEM_ROCKCHIP_EFUSE NVMEM_ROCKCHIP_OTP
    HW_RANDOM_ROCKCHIP
    DW_WATCHDOG
    IIO ROCKCHIP_SARADC
    PWM PWM_ROCKCHIP
    SERIAL_8250 SERIAL_8250_CONSOLE SERIAL_8250_DW
""")

# Of the RK3568 and the RK3588, the firmware has the clocks of the processors.
_FIRMWARE = built_in("ARM_SCMI_PROTOCOL ARM_SCMI_TRANSPORT_SMC COMMON_CLK_SCMI")

# The chips that make the voltages, with a clock, on I2C, or with the RK3588S on SPI.
_POWER = {
    **built_in("""
        I2C I2C_RK3X SPI SPI_MASTER SPI_ROCKCHIP
        MFD_RK8XX_I2C MFD_RK8XX_SPI
        COMMON_CLK_RK808 PINCTRL_RK805
        REGULATOR REGULATOR_RK808 REGULATOR_FAN53555 REGULATOR_FIXED_VOLTAGE REGULATOR_GPIO
        REGULATOR_PWM
    """),
    **common.CLOCK,
    # The second keeps time with a battery on the R5S and the R6S.
    **built_in("RTC_DRV_RK808 RTC_DRV_HYM8563"),
}

_STORAGE = {
    **sd_card.SYMBOLS,
    # The card, and the eMMC.
    **built_in("""
        MMC_DW MMC_DW_ROCKCHIP PWRSEQ_SIMPLE
        MMC_SDHCI MMC_SDHCI_PLTFM MMC_SDHCI_OF_ARASAN MMC_SDHCI_OF_DWCMSHC
    """),
    **usb.STORAGE,
    # In the slot of the R5S.
    "BLK_DEV_NVME": "y",
}

_BUSES = {
    **common.PCI,
    **usb.SYMBOLS,
    **built_in("""
        PCI_MSI PCIE_ROCKCHIP_HOST PCIE_ROCKCHIP_DW_HOST
        USB_XHCI_HCD USB_XHCI_PLATFORM USB_DWC3 USB_DWC3_HOST USB_DWC3_OF_SIMPLE
        USB_EHCI_HCD USB_EHCI_TT_NEWSCHED USB_EHCI_HCD_PLATFORM
        USB_OHCI_HCD USB_OHCI_HCD_PLATFORM
        USB_DWC2 USB_DWC2_HOST
        EXTCON PHY_ROCKCHIP_INNO_USB2 PHY_ROCKCHIP_TYPEC
        PHY_ROCKCHIP_PCIE PHY_ROCKCHIP_NANENG_COMBO_PHY PHY_ROCKCHIP_SNPS_PCIE3
    """),
}

# RTL8111H and RTL8125 on PCI. The driver does without the firmware, which mends the link.
_REALTEK = {"r8169": {**built_in("PCI ETHERNET NET_VENDOR_REALTEK"), "R8169": "m"}}

_NETWORK = {
    **common.SOCKETS,
    **built_in("NET_VENDOR_STMICRO STMMAC_ETH STMMAC_PLATFORM DWMAC_ROCKCHIP REALTEK_PHY"),
    "PTP_1588_CLOCK": "y",
    # The second socket: a chip on PCI, on the R2S on USB. A board loads its own.
    **_REALTEK["r8169"],
    **usb_network.REALTEK["r8152"],
}

_SYMBOLS = {
    **common.SYMBOLS,
    **common.HEARTBEAT,
    **_PROCESSORS,
    **_SOC,
    **_FIRMWARE,
    **_POWER,
    **_STORAGE,
    **_BUSES,
    **_NETWORK,
}

CROSS = CrossSystem(config="aarch64-unknown-linux-musl")

CONSOLE = "ttyS2"
COMMAND_LINE = ("console=ttyS2,1500000", *sd_card.COMMAND_LINE)

# The chip has one of these, by its revision.
_RTL8153 = ("rtl8153a-2", "rtl8153a-3", "rtl8153a-4", "rtl8153b-2", "rtl8153c-1")

# By the first compatible string of each node, what has no driver and why.
_NO_DISPLAY = "a router has no display"
_NO_SOUND = "a router has no sound"
_NO_BUTTON = "nothing listens to the button"
_NO_PROFILE = "it counts events for profiles of programs"
_NO_COUNT = "it counts what the memory transfers"
_OWN_CIPHERS = "the processors have instructions for ciphers"
UNDRIVEN_3328 = {
    "arm,cortex-a53-pmu": _NO_PROFILE,
    "gpio-keys": _NO_BUTTON,
    "rockchip,iommu": _NO_DISPLAY,
    "rockchip,rk3328-crypto": _OWN_CIPHERS,
    "rockchip,rk3328-mali": _NO_DISPLAY,
    "rockchip,rk3328-vdec": _NO_DISPLAY,
    "rockchip,rk3328-vpu": _NO_DISPLAY,
}
UNDRIVEN_3399 = {
    "arm,coresight-cpu-debug": "it is for debuggers",
    "arm,cortex-a53-pmu": _NO_PROFILE,
    "arm,cortex-a72-pmu": _NO_PROFILE,
    "gpio-keys": _NO_BUTTON,
    "rockchip,iommu": _NO_DISPLAY,
    "rockchip,rk3399-crypto": _OWN_CIPHERS,
    "rockchip,rk3399-dfi": _NO_COUNT,
    "rockchip,rk3399-dw-hdmi": _NO_DISPLAY,
    "rockchip,rk3399-i2s": _NO_SOUND,
    "rockchip,rk3399-mali": _NO_DISPLAY,
    "rockchip,rk3399-rga": _NO_DISPLAY,
    "rockchip,rk3399-vdec": _NO_DISPLAY,
    "rockchip,rk3399-vop-big": _NO_DISPLAY,
    "rockchip,rk3399-vop-lit": _NO_DISPLAY,
    "rockchip,rk3399-vpu": _NO_DISPLAY,
    "simple-audio-card": _NO_SOUND,
}
_CACHE = {"cache": "its size is all there is to know of it"}
UNDRIVEN_3568 = {
    **_CACHE,
    "arm,cortex-a55-pmu": _NO_PROFILE,
    "hdmi-connector": _NO_DISPLAY,
    "rockchip,display-subsystem": _NO_DISPLAY,
    "rockchip,rk3568-dfi": _NO_COUNT,
    "rockchip,rk3568-dw-hdmi": _NO_DISPLAY,
    "rockchip,rk3568-i2s-tdm": _NO_SOUND,
    "rockchip,rk3568-iommu": _NO_DISPLAY,
    "rockchip,rk3568-mali": _NO_DISPLAY,
    "rockchip,rk3568-rga": _NO_DISPLAY,
    "rockchip,rk3568-vepu": _NO_DISPLAY,
    "rockchip,rk3568-vop": _NO_DISPLAY,
    "rockchip,rk3568-vpu": _NO_DISPLAY,
    "simple-audio-card": _NO_SOUND,
}
UNDRIVEN_3588 = {
    **_CACHE,
    "adc-keys": _NO_BUTTON,
    "arm,cortex-a55-pmu": _NO_PROFILE,
    "arm,cortex-a76-pmu": _NO_PROFILE,
    "gpio-keys": _NO_BUTTON,
    "linaro,optee-tz": "no program asks for the trusted side",
    "rockchip,display-subsystem": _NO_DISPLAY,
    "rockchip,rk3588-av1-vpu": _NO_DISPLAY,
    "rockchip,rk3588-dfi": _NO_COUNT,
    "rockchip,rk3588-iommu": _NO_DISPLAY,
    "rockchip,rk3588-rga": _NO_DISPLAY,
    "rockchip,rk3588-vepu121": _NO_DISPLAY,
    "rockchip,rk3588-vpu121": _NO_DISPLAY,
}


def kernel(device_tree: str) -> KernelBuild:
    """Make the kernel of a board; ``device_tree`` is a file of the kernel's, without its folder."""
    return KernelBuild(
        architecture="arm64",
        image="arch/arm64/boot/Image",
        device_tree=f"rockchip/{device_tree}",
        symbols=_SYMBOLS,
    )


def socket(
    service: ServiceNamespace, ifname: str, place: str, driver: Service | None = None
) -> Service:
    """Build the interface of a controller or a chip; ``place`` is below /sys/devices/platform."""
    return service.network.link.build(
        ifname=ifname,
        devpath=f"/devices/platform/{place}",
        dependencies=[driver] if driver else [],
    )


def _driver(
    service: ServiceNamespace,
    modules: Mapping[str, Mapping[str, str]],
    chip: str,
    firmware: Sequence[str],
) -> Service:
    files = {f"rtl_nic/{name}.fw": "realtek-nic-firmware" for name in firmware}
    return service.driver.build(modules=modules, firmware=files, devices=(chip,))


def rtl8111h(service: ServiceNamespace) -> Service:
    """Build the driver of a gigabit chip on PCI."""
    return _driver(service, _REALTEK, "pci:10ec:8168", ("rtl8168h-2",))


def rtl8125(service: ServiceNamespace) -> Service:
    """Build the driver of chips on PCI with 2.5 Gbit/s, of both revisions."""
    return _driver(service, _REALTEK, "pci:10ec:8125", ("rtl8125a-3", "rtl8125b-2"))


def rtl8153(service: ServiceNamespace) -> Service:
    """Build the driver of a gigabit chip on USB."""
    return _driver(service, usb_network.REALTEK, "usb:0bda:8153", _RTL8153)


# The room for U-Boot: its second part begins at 8 MiB and is less than 8 MiB large.
OUTPUTS = {"sdimage": {"firstBytes": 16 << 20}}

ABOUT = """\
- The console is the serial port on the three pins beside the processor, at 1500000 baud and 3.3 V.
- The boards may hold no hardware addresses (OpenWrt makes them from the number of the card): a
  socket without one gets another at every start. `network.link(mac=...)` gives it one that stays.
- Display, sound and buttons are not driven.

**Nothing was tried on the hardware by this project.**
"""


def install(board: str) -> str:
    """Return how an image gets onto a board; ``board`` is OpenWrt's name of it."""
    return f"""
The image has no boot loader: Debian has no U-Boot for this board. Its place, the 16 MiB before the
first partition, is free, and OpenWrt's image has one there, which finds the kernel by the file
`extlinux/extlinux.conf`.

1. Run `liminix-gen build CONFIG --output sdimage`. `result/disk.img` is a whole SD card.
   Copy it to a card, whose content is
   lost; `lsblk` shows which device that is:

       sudo dd if=result/disk.img of=/dev/sdX bs=4M conv=fsync status=progress

2. Fetch OpenWrt's image of the target rockchip/armv8 for `{board}`, and copy its boot
   loader to the same card:

       gunzip --stdout openwrt-*-{board}-*-sysupgrade.img.gz |
         sudo dd of=/dev/sdX bs=512 skip=64 seek=64 count=32704 iflag=fullblock

   `gunzip` says that it ignores bytes behind the end: they are OpenWrt's description of the image.

3. Start the board from the card.
"""
