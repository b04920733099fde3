from liminix_gen import Image

output = Image(
    help="the root as JFFS2, which can be written, for a NOR flash",
    roots=("jffs2",),
    tools=("mtdutils", "python3"),
)
