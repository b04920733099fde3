"""The disk of a QEMU board that holds its state."""

from __future__ import annotations

from pathlib import Path

from liminix_gen import process

_SIZE = "16M"


def make_disk(image: Path, label: str) -> None:
    """Make an image with an empty, labelled ext4 file system, if there is none yet.

    Raises MissingToolError without mke2fs(8), and CommandError if it fails.
    """
    if image.exists():
        return
    new = image.with_name(f"{image.name}.new")
    new.unlink(missing_ok=True)
    process.run(["mke2fs", "-q", "-t", "ext4", "-L", label, str(new), _SIZE])
    new.rename(image)
