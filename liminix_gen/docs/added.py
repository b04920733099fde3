"""What packages add to an image: docs/added-sizes.json, which `make sizes` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from attrs import frozen

from liminix_gen.catalog import share_folder


@frozen(kw_only=True)
class Measured:
    """Bytes in a squashfs that each package adds, with its libraries, to what every image has."""

    device: str
    date: str
    bytes: Mapping[str, int]

    @classmethod
    def read(cls) -> Measured:
        """Return what was measured of the project's packages."""
        return cls(**cast("dict[str, object]", json.loads(file().read_text())))  # type: ignore[arg-type]

    def shown(self, package: str) -> str:
        """Return a package with what it adds, if that was measured and is anything."""
        size = self.bytes.get(package, 0)
        return f"{package} ({size / 1000:.0f} kB)" if size else package

    @property
    def note(self) -> str:
        """How the sizes were measured."""
        what = "what each adds to a squashfs, with libraries that no other part of the image needs"
        return f"{what}: measured on {self.device}, {self.date}"


def file() -> Path:
    """Return where the figures lie, in the wheel too."""
    return share_folder() / "docs" / "added-sizes.json"
