"""Where the cache of a user is, also of one who has no home."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from liminix_gen import process
from liminix_gen.cache import cache_directory
from liminix_gen.errors import ConfigurationError

_AS_NOBODY_KNOWN = """
import os
from liminix_gen.cache import cache_directory
from liminix_gen.errors import ConfigurationError
if os.getuid() == 0:
    os.setuid(54321)
try:
    print(cache_directory())
except ConfigurationError as error:
    print(error)
"""
_NO_HOME = "there is no home folder for a cache\n  hint: set XDG_CACHE_HOME to an absolute path"


@pytest.mark.parametrize(
    ("environ", "said"),
    [({}, _NO_HOME), ({"HOME": "/h"}, "/h/.cache/liminix-gen"), ({"HOME": "h"}, _NO_HOME)],
)
def test_a_user_whom_the_machine_does_not_know(environ: dict[str, str], said: str) -> None:
    own = [] if os.getuid() == 0 else ["unshare", "--user", "--map-user=54321"]
    command = [*own, sys.executable, "-c", _AS_NOBODY_KNOWN]
    done = process.run(command, cwd=Path(__file__).parents[2], env={"PATH": os.defpath, **environ})
    assert done.stdout.strip() == said


def test_a_relative_place_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/h")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_directory() == Path("/h/.cache/liminix-gen")
    monkeypatch.setenv("HOME", "relative")
    with pytest.raises(ConfigurationError):
        cache_directory()
