"""What programs of this project are compiled from, besides their own files: entries of the archive.

`packages/NAME/inputs.json` says it, if there is any. They are the same for every architecture, of
the release of the kernel's source: a package whose architecture is "all", of which no file reaches
an image, or the source of a package.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import cast

from attrs import frozen

from liminix_gen.catalog import share_folder


@frozen(kw_only=True)
class Input:
    """A package of Debian that a build reads; ``is_source``: its source, with Debian's patches.

    Without ``patched`` that is what the authors released: Debian changes nothing in it, or what is
    for other programs.
    """

    name: str
    is_source: bool = False
    patched: bool = True


@cache
def _of(package: str) -> tuple[Input, ...]:
    file = share_folder() / "packages" / package / "inputs.json"
    if not file.is_file():
        return ()
    said = cast("Mapping[str, Mapping[str, bool]]", json.loads(file.read_text(encoding="utf-8")))
    return tuple(Input(name=name, **facts) for name, facts in said.items())


def needed(packages: Iterable[str]) -> tuple[Input, ...]:
    """Return what packages of this project are compiled from; other names need nothing."""
    found = {one.name: one for name in packages for one in _of(name)}
    return tuple(found[name] for name in sorted(found))
