from liminix_gen import Fact, Image, values

output = Image(
    help="`firmware.bin` for a NOR flash: the kernel as U-Boot takes it, then the root. If it is "
    "larger than the flash, the build fails and names the ten largest store paths",
    roots=("jffs2", "squashfs"),
    made_for=dict.fromkeys(("elf", "fit", "uimage"), ("kernel-image",)),
    tools=("python3", "ubootTools"),
    parts=("boot", "flash"),
    facts={
        "supportedDevices": Fact(
            type=values.Text(
                pattern=r"[a-z0-9,._-]+( [a-z0-9,._-]+)*",
                description="names, with a space between two",
            ),
            description="what OpenWrt and firmware made from it call the boards that may take it",
            required=False,
        ),
    },
)
