"""Applet links of busybox, read from the program without running it."""

from pathlib import Path


def names(program: Path) -> list[str]:
    """Return every applet of this busybox.

    libbb/appletlib.c compiles the sorted names in as one table, each ended by a NUL;
    `[` and `[[` come first in any build that has them.
    """
    image = program.read_bytes()
    start = image.index(b"\0[\0[[\0") + 1
    end = image.index(b"\0\0", start)
    return image[start:end].decode("ascii").split("\0")


def link(program: Path) -> None:
    """Link each applet to the program, in the program's own directory."""
    for name in names(program):
        place = program.parent / name
        if not place.exists():
            place.symlink_to(program.name)
