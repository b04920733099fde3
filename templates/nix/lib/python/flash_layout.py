"""Put the parts of an image one after the other, and see that they fit what is to hold them.

usage: flash_layout.py LAYOUT CLOSURE IMAGE MANIFEST

LAYOUT is JSON: `device`; `holder`, in words what the image is for; `sizeBytes`, how much that
holds (null: enough); `unit`, "MiB" where sizes are told in these; `remedy`, what to do about an
image that is too large; `startBytes`, what is left free before the first part; `fills`, whether the
image is as large as what holds it, so that nothing of before is left there; `parts`, in order. A
part has `name`, `file`, `padBytes` (it is padded to a multiple of that with 0xff, which is
what erased flash reads as) and maybe `limitBytes`, the place that it has for itself. CLOSURE is
what root_tree.py wrote of the root, store path to bytes. Writes IMAGE, and MANIFEST, JSON.
"""

import json
import sys
from pathlib import Path
from typing import NotRequired, TypedDict

import manifest
from memory import both

MOST = 10
MEBIBYTE = 1 << 20


class Part(TypedDict):
    """A file, and how much space it takes."""

    name: str
    file: str
    padBytes: int
    limitBytes: NotRequired[int]


class Layout(TypedDict):
    """What is to hold the parts."""

    device: str
    holder: str
    sizeBytes: int | None
    unit: NotRequired[str]
    remedy: NotRequired[str]
    address: NotRequired[str]
    startBytes: NotRequired[int]
    fills: NotRequired[bool]
    parts: list[Part]


def told(layout: Layout, number: int) -> str:
    """Write a number of bytes in decimal and in hex, or as MiB."""
    if layout.get("unit") == "MiB":
        return f"{number / MEBIBYTE:.1f} MiB"
    return f"{both(number)} bytes"


def bare(layout: Layout, number: int) -> str:
    """Write it without the word "bytes"."""
    return told(layout, number).removesuffix(" bytes")


def size_of(part: Part) -> int:
    """Return the size of a part in bytes, without its padding."""
    return Path(part["file"]).stat().st_size


def padded(part: Part) -> int:
    """Return the size of a part in bytes with its padding."""
    return -(-size_of(part) // part["padBytes"]) * part["padBytes"]


def say(line: str) -> None:
    """Write a line to the log of the build."""
    sys.stderr.write(f"{line}\n")


def largest(closure: Path) -> list[str]:
    """Return lines that name the largest store paths of the root."""
    sizes = json.loads(closure.read_text())
    paths = sorted(sizes, key=lambda path: (-sizes[path], path))[:MOST]
    return [
        f"The {len(paths)} largest store paths of the root, in bytes before compression:",
        *(f"  {sizes[path]:>10}  {path}" for path in paths),
    ]


def too_large(layout: Layout, what: str, over: int, sizes: dict[str, int]) -> list[str]:
    """Return lines that say by how much it is too large, of what, and what to do."""
    width = max(map(len, sizes))
    rows = [f"  {name:{width}}  {bare(layout, size)}" for name, size in sizes.items()]
    remedy = [f"hint: {layout['remedy']}"] if "remedy" in layout else []
    return [
        f"{layout['device']}: {what} is too large, by {told(layout, over)}",
        *rows,
        *remedy,
    ]


def check(layout: Layout, closure: Path) -> None:
    """See that the parts fit; say what is left."""
    start = layout.get("startBytes", 0)
    sizes = {part["name"]: padded(part) for part in layout["parts"]}
    for part in layout["parts"]:
        name, bytes_ = part["name"], size_of(part)
        limit = part.get("limitBytes", bytes_)
        if bytes_ > limit:
            found = {name: bytes_, "its place": limit}
            sys.exit("\n".join(too_large(layout, f"the {name}", bytes_ - limit, found)))
    capacity, size = layout["sizeBytes"], start + sum(sizes.values())
    if capacity is None:
        say(f"{layout['device']}: {told(layout, size)}")
        return
    if size > capacity:
        found = {**sizes, layout["holder"]: capacity}
        lines = too_large(layout, "the image", size - capacity, found)
        sys.exit("\n".join([*lines, *largest(closure)]))
    used, left = (bare(layout, number) for number in (size, capacity - size))
    say(f"{layout['device']}: {used} of {told(layout, capacity)}, {left} left")


def main() -> None:
    """Read the command line; check, then write."""
    layout: Layout = json.loads(Path(sys.argv[1]).read_text())
    closure, image, file = map(Path, sys.argv[2:])
    check(layout, closure)
    found: list[dict[str, str | int]] = []
    with image.open("wb") as stream:
        stream.seek(layout.get("startBytes", 0))
        for part in layout["parts"]:
            content = Path(part["file"]).read_bytes()
            place = {"offset-bytes": stream.tell()}
            found.append(manifest.part(part["name"], content, **place))
            stream.write(content.ljust(padded(part), b"\xff"))
        size = stream.tell()
        if layout.get("fills") and layout["sizeBytes"] is not None:
            stream.write(b"\xff" * (layout["sizeBytes"] - size))
    whole: dict[str, object] = {"size-bytes": size}
    if "address" in layout:
        whole["flash-address"] = layout["address"]
    if layout["sizeBytes"] is not None:
        whole["partition-bytes"] = layout["sizeBytes"]
        whole["headroom-bytes"] = layout["sizeBytes"] - size
    manifest.write(file, layout["device"], found, whole)


if __name__ == "__main__":
    main()
