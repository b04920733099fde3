from liminix_gen import Image

output = Image(
    help="`firmware.bin` for a NOR flash: the kernel as U-Boot takes it, then the root. If it is "
    "larger than the flash, the build fails and names the ten largest store paths",
    roots=("jffs2", "squashfs"),
    made_for=dict.fromkeys(("elf", "fit", "uimage"), ("kernel-image",)),
    tools=("python3", "ubootTools"),
    parts=("boot", "flash"),
)
