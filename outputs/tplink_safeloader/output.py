from liminix_gen import Fact, Image, values

output = Image(
    help="what the web page of a TP-Link router takes",
    made_of=("kernel-image", "mtdimage", "squashfs"),
    tools=("firmware-utils",),
    facts={
        "supportedBoard": Fact(
            type=values.Text(pattern=r"[A-Za-z0-9-]+", description="a board of tplink-safeloader"),
            description="the board's name in tplink-safeloader of OpenWrt's firmware-utils",
        )
    },
)
