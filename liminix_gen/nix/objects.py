"""How far the compile of a kernel is: its object files, counted where its builder works.

Which there will be is known from the last kernel of the board; another one has nearly the same.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from attrs import frozen

from liminix_gen.nix.events import derivation_name

_FOLDER = "objects"


def keep(record: Path, device: str, listed: Path) -> None:
    """Keep the list of a kernel's object files, beside the record of kernels."""
    with suppress(OSError):
        place = record.parent / _FOLDER
        place.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(listed, place / device)


@frozen
class Objects:
    """Counts the object files of a kernel; ``builders`` is where builders have their folders."""

    builders: Path | None
    derivation: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, record: Path, device: str, path: str, builders: Path | None) -> Objects:
        """Make one for a kernel of a board, by the path of its derivation."""
        names: tuple[str, ...] = ()
        with suppress(OSError, ValueError):
            names = tuple((record.parent / _FOLDER / device).read_text(encoding="utf-8").split())
        return cls(builders, derivation_name(path), names)

    def __call__(self) -> tuple[int, int] | None:
        """Return how many there are, and how many there will be; None if that cannot be seen."""
        folder = self._folder()
        if folder is None or not self.names:
            return None
        return sum(os.path.exists(f"{folder}/{name}") for name in self.names), len(self.names)  # noqa: PTH110  thousands, each second

    def _folder(self) -> Path | None:
        """Return the tree that is compiled: Nix names its folder, and some versions one in it."""
        if self.builders is None:
            return None
        pattern = f"nix-build-{self.derivation}.drv-*"
        with suppress(OSError):
            for inner in ("linux", "build/linux"):
                for found in self.builders.glob(f"{pattern}/{inner}"):
                    return found
        return None
