"""What a build of the output `vmroot` leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liminix_gen.qemu.machines import VmRoot

if TYPE_CHECKING:
    from pathlib import Path


def read(directory: Path) -> VmRoot:
    """Read the folder that the build made."""
    return VmRoot.of({file.name: file for file in directory.iterdir()})
