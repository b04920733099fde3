from liminix_gen import Image

output = Image(
    help="kernel, root and command line for QEMU, with `run.sh`",
    made_for={"elf": ("kernel-image",), "ubifs": ("ubi",)},
)
