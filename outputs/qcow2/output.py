from liminix_gen import Image

output = Image(
    help="the disk of `gptimage`, for a virtual machine",
    made_of=("gptimage",),
    tools=("qemu-utils",),
)
