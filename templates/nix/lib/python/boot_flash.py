"""Make what U-Boot runs to write an image to flash.

usage: boot_flash.py LAYOUT IMAGE MANIFEST

LAYOUT is JSON (u_boot.py): `device`, `architecture`, `commandLine`, `boot`, `tftp`, `flash`.
MANIFEST says where the parts of IMAGE are. Writes flash.cmd, and perhaps environment.txt, into the
working directory.
"""

import json
import sys
from pathlib import Path

from memory import Region, check
from u_boot import (
    Layout,
    fetched_bytes,
    layout_in,
    quoted,
    region,
    reserved,
    say_otherwise,
    seen,
    with_file,
    write,
)
from u_boot_environment import environment


def flash_script(layout: Layout, image: bytes, variables: dict[str, str]) -> list[str]:
    """Return the script that writes the image, compares, and perhaps makes it what boots."""
    flash, start = layout["flash"], int(layout["tftp"]["root"]["address"], 16)
    source, target, size = seen(layout, start), flash["address"], f"{len(image):#x}"
    lines = [
        f"erase {target} +{size}",
        f"cp.b {source} {target} {size}",
        *say_otherwise(
            f"cmp.b {source} {target} {size}",
            [
                *(f"setenv {name} {quoted(value)}" for name, value in variables.items()),
                *(["saveenv"] if variables else []),
                'echo "liminix-gen: the flash is written"',
            ],
            "the flash does not hold what was written",
        ),
    ]
    return with_file(layout, "firmware.bin", start, image, lines)


def main() -> None:
    """Read the command line; see that the image can be fetched; write the script that writes it."""
    layout = layout_in(sys.argv[1])
    image, manifest = map(Path, sys.argv[2:])
    content = image.read_bytes()
    start = int(layout["tftp"]["root"]["address"], 16)
    used = {"the image": Region(start, fetched_bytes(content))}
    check(layout["device"], region(layout["tftp"]["memory"]), used, reserved(layout))
    variables = environment(layout, json.loads(manifest.read_text())["parts"])
    lines = flash_script(layout, content, variables)
    write("flash.cmd", layout, "writes an image to the flash of", lines)
    if variables:
        rows = (f"{name}={value}\n" for name, value in variables.items())
        Path("environment.txt").write_text("".join(rows))


if __name__ == "__main__":
    main()
