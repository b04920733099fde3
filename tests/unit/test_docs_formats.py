"""docs/formats.md has every key of the files that it is about, and no other."""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path

from liminix_gen import data
from liminix_gen.debian.lock import content_of
from liminix_gen.debian.lock_model import ArchitectureLock, HostTool, Lock, LockedPackage

DATA, MANIFEST, LOCK = Path("docs/formats.md").read_text(encoding="utf-8").split("\n## ")[1:4]


def keys(section: str) -> set[str]:
    """Return the words of the first columns of a section's tables."""
    rows = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    return set(chain.from_iterable(re.findall(r"`([^`]+)`", row) for row in rows))


def test_data() -> None:
    assert keys(DATA) | {"$schema"} >= set(data.KEYS)


def test_manifest() -> None:
    found = [json.loads(file.read_text()) for file in Path("tests/golden").glob("*/manifest.json")]
    # Snapshots have no lock, and leave out the hashes.
    assert keys(MANIFEST) == set(chain.from_iterable(found)) | {"owned", "versions"}


def test_lock() -> None:
    package = LockedPackage(
        name="one", version="1", path="pool/one.deb", sha256="0" * 64, size_bytes=1, suite="trixie"
    )
    section = ArchitectureLock(
        packages={"one": package},
        firmware={"one": package},
        inputs={"one": (package,)},
        linux_source=package,
    )
    content = content_of(
        Lock(architectures={"arm64": section}, host={"make": HostTool(package="make", version="4")})
    )
    inner = json.loads(json.dumps(content))["architectures"]["arm64"]
    assert keys(LOCK) == set(content) | set(inner)
    for key in inner["linux-source"]:
        assert f"`{key}`" in LOCK
