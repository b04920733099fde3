"""Where a user keeps what can be fetched, or made, again."""

from __future__ import annotations

import os
from pathlib import Path

from liminix_gen.errors import ConfigurationError, Problem

# What to do about a cache that cannot be used.
OTHER_CACHE = "set XDG_CACHE_HOME to a directory that you can write to"


def cache_directory() -> Path:
    """Return the folder of this program in the user's cache.

    Raises ConfigurationError for a user without a home.
    """
    return _base() / "liminix-gen"


def _base() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():  # another does not count (XDG Base Directory Specification)
        return base
    try:
        home = Path.home()
    except RuntimeError:
        home = Path()
    if not home.is_absolute():
        what, hint = "there is no home folder for a cache", "set XDG_CACHE_HOME to an absolute path"
        raise ConfigurationError(Problem(None, what, hint=hint))
    return home / ".cache"
