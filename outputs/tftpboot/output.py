from liminix_gen import Image
from liminix_gen.model.root import MEMORY_SYMBOLS

output = Image(
    help="what U-Boot fetches and starts from memory: [flashing.md](flashing.md)",
    made_of=("squashfs",),
    made_for=dict.fromkeys(("elf", "fit", "uimage"), ("kernel-image",)),
    tools=("dtc", "python3", "ubootTools"),
    symbols=MEMORY_SYMBOLS,
    parts=("boot", "tftp"),
)
