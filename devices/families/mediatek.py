"""MediaTek's 64-bit ARM SoCs for routers: MT7622, MT7981 and MT7986, with Cortex-A53 cores.

Linux drives them without OpenWrt's changes. All boards have one kernel.
"""

from liminix_gen import CrossSystem, KernelBuild

from . import common, cortex_a53, wireless
from .flash import SPI_NAND, SPI_NOR
from .switch import MT7530

CROSS = CrossSystem(config="aarch64-unknown-linux-musl")

CONSOLE = "ttyS0"
COMMAND_LINE = ("console=ttyS0,115200",)

_SOCS = {
    "ARCH_MEDIATEK": "y",
    "COMMON_CLK": "y",
    "MEDIATEK_WATCHDOG": "y",
    "MFD_SYSCON": "y",
    # Fused into the SoC: what thermal sensors and the PHY in it are calibrated with.
    "NVMEM_MTK_EFUSE": "y",
    "PINCTRL": "y",
    "REGULATOR": "y",
    "REGULATOR_FIXED_VOLTAGE": "y",
    "SERIAL_8250": "y",
    "SERIAL_8250_CONSOLE": "y",
    "SERIAL_8250_MT6577": "y",
    "MTK_SOC_THERMAL": "y",
    "MTK_THERMAL": "y",
    "THERMAL": "y",
    "THERMAL_OF": "y",
}

_MT7622 = {
    "COMMON_CLK_MT7622": "y",
    "COMMON_CLK_MT7622_ETHSYS": "y",
    "COMMON_CLK_MT7622_HIFSYS": "y",
    "HW_RANDOM_MTK": "y",
    "MTD_NAND_ECC_MEDIATEK": "y",
    "MTK_INFRACFG": "y",
    "MTK_PMIC_WRAP": "y",
    # The gigabit controllers, PCIe and the radio are each in a power domain.
    "MTK_SCPSYS": "y",
    "PM": "y",
    "PCIE_MEDIATEK": "y",
    "PINCTRL_MT7622": "y",
    "REGULATOR_MT6380": "y",
    "SPI_MTK_SNFI": "y",
    # At its full speed, whatever the boot loader left.
    "ARM_MEDIATEK_CPUFREQ": "y",
    "CPU_FREQ": "y",
    "CPU_FREQ_DEFAULT_GOV_PERFORMANCE": "y",
}

_MT7981 = {
    "COMMON_CLK_MT7981": "y",
    "COMMON_CLK_MT7981_ETHSYS": "y",
    "MEDIATEK_GE_SOC_PHY": "y",
    "PINCTRL_MT7981": "y",
}

_MT7986 = {
    "COMMON_CLK_MT7986": "y",
    "COMMON_CLK_MT7986_ETHSYS": "y",
    "PINCTRL_MT7986": "y",
}

# What boards have around the SoC.
_BOARDS = {
    **common.CLOCK,
    **common.PCI,
    **MT7530,
    **SPI_NAND,
    **SPI_NOR,
    # Addresses and calibration may be in a volume of UBI.
    "MTD_UBI": "y",
    "MTD_UBI_NVMEM": "y",
    "SPI_MT65XX": "y",
    "MEDIATEK_GE_PHY": "y",
    "PCIE_MEDIATEK_GEN3": "y",
    "PCI_MSI": "y",
    "BLK_DEV": "y",
    "BLK_DEV_NVME": "y",
    "EFI_PARTITION": "y",
    "MMC": "y",
    "MMC_BLOCK": "y",
    "MMC_MTK": "y",
    "MSDOS_PARTITION": "y",
    "PHY_MTK_TPHY": "y",
    "USB": "y",
    "USB_SUPPORT": "y",
    "USB_XHCI_HCD": "y",
    "USB_XHCI_MTK": "y",
    "I2C": "y",
    "I2C_GPIO": "y",
    "I2C_MT65XX": "y",
    "RTC_DRV_PCF8563": "y",
    "SFP": "y",
    "HWMON": "y",
    "LEDS_PWM": "y",
    "PWM": "y",
    "PWM_MEDIATEK": "y",
    "SENSORS_PWM_FAN": "y",
    # A second watchdog, fed by a pin.
    "GPIO_WATCHDOG": "y",
}

# Modules, which are in an image only with the interface that loads them.
_LOADED = {
    **wireless.MT7622["mt7615e"],
    **wireless.MT7981["mt7915e"],
    "AIR_EN8811H_PHY": "m",
    "FW_LOADER": "y",
}

_SYMBOLS = {
    **common.SYMBOLS,
    **common.processors(4),
    **cortex_a53.SYMBOLS,
    **_SOCS,
    **_MT7622,
    **_MT7981,
    **_MT7986,
    **_BOARDS,
    **_LOADED,
}

_PROFILING = "nothing asks for the counters of a profiler"
_COHERENCE = "the firmware sets up the bus between the caches"
_SOUND = "the board has no sound"
# MediaTek's way around the processor: Linux leaves it off where a module is not told otherwise.
_OFFLOAD = "packets of radios go through the processor"

UNDRIVEN = {"gpio-keys": "no service reads buttons"}

MT7622_UNDRIVEN = {
    **UNDRIVEN,
    "arm,cci-400": _COHERENCE,
    "arm,cci-400-ctrl-if": _COHERENCE,
    "arm,cci-400-pmu,r1": _PROFILING,
    "arm,cortex-a53-pmu": _PROFILING,
    "mediatek,mt7622-audio": _SOUND,
    "mediatek,mt7622-audsys": _SOUND,
    "mediatek,mt7622-auxadc": "the driver of the thermal sensor reads it itself",
    "mediatek,mt7622-hifsys": _OFFLOAD,
    "mediatek,mt7622-hsdma": "no driver asks for copies by DMA",
}


def kernel(device_tree: str) -> KernelBuild:
    """Make the kernel of a board; ``device_tree`` is a file of mediatek/."""
    return KernelBuild(
        architecture="arm64",
        image="arch/arm64/boot/Image",
        device_tree=f"mediatek/{device_tree}",
        symbols=_SYMBOLS,
    )
