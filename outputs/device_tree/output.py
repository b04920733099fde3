from liminix_gen import Image

output = Image(
    help="the board's device tree, with the kernel's command line in it",
    tools=("dtc",),
)
