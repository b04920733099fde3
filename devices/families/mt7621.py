"""MediaTek's MT7621: two cores with two threads each, a gigabit switch, PCIe."""

from .switch import MT7530

SYMBOLS = {
    **MT7530,
    "CLK_MT7621": "y",
    "GPIO_MT7621": "y",
    "MEDIATEK_GE_PHY": "y",
    "MFD_SYSCON": "y",
    "MIPS_CPS": "y",
    "MIPS_MT_SMP": "y",
    "MT7621_WDT": "y",
    "NR_CPUS": "4",
    "PCI": "y",
    "PCIE_MT7621": "y",
    "PHY_MT7621_PCI": "y",
    "PINCTRL_MT7621": "y",
    "SMP": "y",
    "SOC_MT7621": "y",
}
