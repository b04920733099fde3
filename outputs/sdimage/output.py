from liminix_gen import Fact, Image, values

_BYTES = values.Integer(1, 2**63 - 1, "bytes")
_WORDS = values.Text()

output = Image(
    help="a whole disk for a board that starts from an SD card or the like",
    made_of=("device-tree",),
    tools=("dosfstools", "e2fsprogs", "mtools", "python3"),
    makes_state=True,
    facts={
        "bootBytes": Fact(
            type=_BYTES, description="size of the partition for kernels", required=False
        ),
        "bootFiles": Fact(
            type=_WORDS,
            description="files of boot_firmware that lie beside the kernel, a word each",
            required=False,
        ),
        "configLines": Fact(
            type=_WORDS,
            description="lines of a Raspberry Pi's config.txt, a word each",
            required=False,
        ),
        "bootLoaders": Fact(
            type=_WORDS,
            description="files of boot_firmware before the first partition, each as FILE@BYTES",
            required=False,
        ),
        "firstBytes": Fact(
            type=_BYTES, description="where the first partition begins", required=False
        ),
        "sizeBytes": Fact(type=_BYTES, description="what the disk holds", required=False),
        "stateBytes": Fact(
            type=_BYTES, description="size of the partition for state", required=False
        ),
    },
)
