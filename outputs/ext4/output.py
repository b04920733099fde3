from liminix_gen import Image

output = Image(
    help="the root as ext4, which can be written, for a disk",
    roots=("ext4",),
    tools=("e2fsprogs", "python3"),
)
