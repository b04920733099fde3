"""MediaTek's MT7621: two cores with two threads each, a gigabit switch, PCIe."""

from . import common
from .switch import MT7530

SYMBOLS = {
    **MT7530,
    **common.PCI,
    **common.processors(4),
    "CLK_MT7621": "y",
    "GPIO_MT7621": "y",
    "MEDIATEK_GE_PHY": "y",
    "MFD_SYSCON": "y",
    "MIPS_CPS": "y",
    "MIPS_MT_SMP": "y",
    "MT7621_WDT": "y",
    "PCIE_MT7621": "y",
    "PHY_MT7621_PCI": "y",
    "PINCTRL_MT7621": "y",
    "SOC_MT7621": "y",
}

# The nodes of OpenWrt's device trees that no driver has.
UNDRIVEN = {
    "mediatek,mtk-eip93": "nothing encrypts in the kernel",
    "mti,mips-cdmm": "a channel for debuggers",
}
