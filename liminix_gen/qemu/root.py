"""Root file systems that the guest may write: a copy of the image, as the disk or the flash."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from pathlib import Path

    from liminix_gen.qemu.machines import VmRoot

# What an erased flash reads.
_ERASED = b"\xff"


def with_copy(vmroot: VmRoot, copy: Path) -> VmRoot:
    """Return the vmroot with a copy of its root that may be written, made if there is none."""
    if not copy.exists():
        new = copy.with_name(f"{copy.name}.new")
        with new.open("wb") as stream:
            stream.write(_ERASED * (vmroot.flash_offset_bytes or 0))
            stream.write(vmroot.root.read_bytes())
            if vmroot.size_bytes is not None:
                end = (vmroot.flash_offset_bytes or 0) + vmroot.size_bytes
                stream.write(_ERASED * (end - stream.tell()))
        new.rename(copy)
    return attrs.evolve(vmroot, root=copy)


def holds(copy: Path, system: str) -> bool:
    """Say whether a root has a system in its store.

    Names in the directories of ext4, JFFS2 and UBIFS are plain text.
    """
    with copy.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return text.find(system.encode()) >= 0
