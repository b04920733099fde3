"""MediaTek's MT7620 and MT7628, which Linux knows as one SoC."""

from . import ramips

SYMBOLS = {
    **ramips.USB2,
    "CLK_MTMIPS": "y",
    # OpenWrt's driver of the 100 Mbit/s controllers. Those of their switches need the interface by
    # which a switch is set up, and do not say so.
    "NET_VENDOR_RALINK": "y",
    "SWCONFIG": "y",
    "SOC_MT7620": "y",
}

# The slot for a card, with its supplies.
CARD = {
    "MMC": "y",
    "MMC_BLOCK": "y",
    "MMC_MTK": "y",
    "REGULATOR": "y",
    "REGULATOR_FIXED_VOLTAGE": "y",
}
