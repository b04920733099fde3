"""manifest.json of an image: the board, and what the parts are."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path


def part(name: str, content: bytes, **place: str | int) -> dict[str, str | int]:
    """Return what there is to know of a part; ``place`` is where it goes."""
    sha256 = hashlib.sha256(content).hexdigest()
    return {"name": name, **place, "size-bytes": len(content), "sha256": sha256}


def write(
    path: Path,
    device: str,
    parts: Iterable[Mapping[str, str | int]],
    more: Mapping[str, object] | None = None,
) -> None:
    """Write the manifest, with what ``more`` there is to say of the whole."""
    whole = {"device": device, "parts": list(parts), **(more or {})}
    path.write_text(json.dumps(whole, indent=2) + "\n")
