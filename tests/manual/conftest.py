"""The site, made once for the tests that look at it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Sphinx makes of the pages, which has nothing to say against a link."""
    folder = tmp_path_factory.mktemp("site") / "html"
    # By itself: warnings of what Sphinx is made of are not ours.
    subprocess.run([sys.executable, "-m", "tests.site", folder], check=True)
    return folder
