from liminix_gen import Image

output = Image(
    help="the kernel in the form that the board's boot loader takes",
    made_of=("device-tree",),
    tools=("dtc", "python3", "ubootTools"),
    parts=("boot",),
)
