from liminix_gen import Fact, Image, values

output = Image(
    help="the root as UBIFS for a volume of UBI, with the kernel in it if the boot loader looks "
    "there",
    roots=("ubifs",),
    made_of=("kernel-image",),
    tools=("mtdutils", "python3"),
    parts=("ubi",),
    facts={
        "kernelPath": Fact(
            type=values.ABSOLUTE_PATH,
            description='where in the root the kernel\'s image goes, such as "/boot/fit"',
            required=False,
        )
    },
)
