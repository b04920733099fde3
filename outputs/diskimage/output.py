from liminix_gen import Image

output = Image(
    help="a disk with a partition for U-Boot's extlinux.conf and one for the root",
    made_of=("squashfs",),
    tools=("e2fsprogs", "python3"),
)
