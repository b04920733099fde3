from liminix_gen import Fact, Image, values

_BYTES = values.Integer(1, 2**63 - 1, "bytes")

output = Image(
    help="a whole disk for a PC, which starts under BIOS and UEFI",
    tools=(
        "cpio",
        "dosfstools",
        "e2fsprogs",
        "grub2",
        "grub2_efi",
        "mtools",
        "python3",
    ),
    makes_state=True,
    facts={
        "bootBytes": Fact(
            type=_BYTES, description="size of the partition for GRUB and kernels", required=False
        ),
        "sizeBytes": Fact(type=_BYTES, description="what the disk holds", required=False),
        "stateBytes": Fact(
            type=_BYTES, description="size of the partition for state", required=False
        ),
    },
)
