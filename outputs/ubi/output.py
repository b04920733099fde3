from liminix_gen import Image

output = Image(
    help="UBI with the root in it, for an erased partition of a flash",
    made_of=("ubifs",),
    tools=("mtdutils",),
    parts=("ubi",),
)
