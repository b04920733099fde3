"""The kinds of errors: a section of docs/errors.md for each, under its word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from liminix_gen.catalog import share_folder

_HEADING = re.compile(r"^## (.+)\n", re.MULTILINE)


def page() -> Path:
    """Return where the page lies, in the wheel too."""
    return share_folder() / "docs" / "errors.md"


def sections() -> Mapping[str, str]:
    """Return each section by its kind, as Markdown."""
    _, *found = _HEADING.split(page().read_text(encoding="utf-8"))
    return dict(zip(found[::2], (text.strip("\n") for text in found[1::2]), strict=True))


def summary(section: str) -> str:
    """Return the first sentence of a section."""
    return re.split(r"(?<=\.)\s", section.replace("\n", " "), maxsplit=1)[0]
