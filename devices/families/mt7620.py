"""MediaTek's MT7620 and MT7628, which Linux knows as one SoC."""

SYMBOLS = {
    "CLK_MTMIPS": "y",
    # OpenWrt's driver of the 100 Mbit/s controllers and their switch.
    "NET_VENDOR_RALINK": "y",
    "SOC_MT7620": "y",
}
