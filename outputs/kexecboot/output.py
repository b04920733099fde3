from liminix_gen import Fact, Image, values
from liminix_gen.model.root import MEMORY_SYMBOLS

output = Image(
    help="what `kexec` starts: kernel, device tree, root",
    made_of=("squashfs",),
    tools=("dtc", "python3"),
    symbols=MEMORY_SYMBOLS,
    facts={
        "ramBytes": Fact(
            type=values.Integer(1, 2**32, "bytes"),
            description="the memory that the kernel may use, from address 0",
        ),
        "rootAddress": Fact(
            type=values.Text(pattern=r"0x[0-9a-f]{8}", description="an address of eight digits"),
            description='where the root goes, a physical address such as "0x04000000"',
        ),
    },
)
