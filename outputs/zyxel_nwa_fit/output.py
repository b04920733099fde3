from liminix_gen import Image

output = Image(
    help="what the web page of a Zyxel access point takes",
    made_of=("kernel-image", "ubi", "ubifs"),
    tools=("dtc", "python3", "ubootTools"),
    parts=("ubi",),
)
