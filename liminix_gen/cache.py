"""Where a user keeps what can be fetched, or made, again."""

from __future__ import annotations

import os
from pathlib import Path

# What to do about a cache that cannot be used.
OTHER_CACHE = "set XDG_CACHE_HOME to a directory that you can write to"


def cache_directory() -> Path:
    """Return the folder of this program in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "liminix-gen"
