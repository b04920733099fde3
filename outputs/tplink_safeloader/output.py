from liminix_gen import Fact, Image, values

output = Image(
    help="what the web page of a TP-Link router takes",
    roots=("jffs2", "squashfs"),
    made_of=("mtdimage",),
    tools=("python3",),
    facts={
        "flashPartitions": Fact(
            type=values.Text(
                pattern=r"[a-z-]+ 0x[0-9a-f]+ 0x[0-9a-f]+(; [a-z-]+ 0x[0-9a-f]+ 0x[0-9a-f]+)*",
                description="partitions as NAME BASE SIZE, with a semicolon between two",
            ),
            description="the vendor's own table of the flash, with `firmware` for kernel and root",
        ),
        "supportedProducts": Fact(
            type=values.Text(
                pattern=r"[^,;{}]+, [0-9.]+, [0-9A-F]{8}(; [^,;{}]+, [0-9.]+, [0-9A-F]{8})*",
                description="products as NAME, VERSION, ID, with a semicolon between two",
            ),
            description="the routers that may take the image",
        ),
        "softwareVersion": Fact(
            type=values.Text(pattern=r"[0-9]+(\.[0-9]+)*", description="a version"),
            description="the version that the image is taken for",
        ),
    },
)
