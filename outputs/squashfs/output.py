from liminix_gen import Image

output = Image(
    help="the root file system alone; every board has it",
    tools=("python3", "squashfsTools"),
)
