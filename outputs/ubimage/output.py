from liminix_gen import Image

output = Image(
    help="a directory with the root as UBIFS, `rootfs`, for a volume of UBI",
    made_of=("ubifs",),
    tools=("python3",),
    parts=("ubi",),
)
