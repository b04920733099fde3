"""Indexes of source packages (Sources files), read like those of packages: lazily."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from liminix_gen.debian.lock_model import LockedPackage
from liminix_gen.debian.version import Version
from liminix_gen.errors import BuildError, ConfigurationError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from liminix_gen.debian.apt import Apt

_FILE = re.compile(r"^ ([0-9a-f]{64}) (\d+) (\S+)$", re.MULTILINE)


class SourceIndex:
    """All source packages of a release; ``texts`` are suites and their indexes."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._texts = tuple(texts)

    @classmethod
    def load(cls, apt: Apt) -> SourceIndex:
        """Read the indexes that apt has loaded."""
        return cls((index.suite, apt.read(index)) for index in apt.indexes())

    def files(self, name: str, *, patched: bool = True) -> tuple[LockedPackage, ...]:
        """Return the archives of a package's newest source: the authors', and Debian's patches.

        Without ``patched`` it is the authors' alone. Raises ConfigurationError if there is none of
        this name.
        """
        stanza = re.compile(rf"^Package: {re.escape(name)}\n(?:.+\n)*", re.MULTILINE)
        found = [
            (suite, match[0]) for suite, text in self._texts for match in stanza.finditer(text)
        ]
        if not found:
            raise ConfigurationError(
                Problem(None, f"Debian has no source package {name}", kind="packages")
            )
        suite, text = max(found, key=lambda one: Version(_field(one[1], "Version", one[0])))
        folder, version = _field(text, "Directory", suite), _field(text, "Version", suite)
        _, _, checksums = text.partition("\nChecksums-Sha256:")
        listed = re.match(r"\s*\n((?: .+\n)+)", checksums)
        return tuple(
            LockedPackage(
                name=name,
                version=version,
                path=f"{folder}/{file}",
                sha256=sha256,
                size_bytes=int(size),
                suite=suite,
            )
            for sha256, size, file in sorted(
                _FILE.findall(listed[1] if listed else ""), key=lambda one: one[2]
            )
            if ".tar." in file and not file.endswith(".asc")
            if patched or ".debian." not in file
        )


def _field(text: str, name: str, suite: str) -> str:
    match = re.search(rf"^{name}: (\S+)$", text, re.MULTILINE)
    if match is None:
        what = f"the index of sources of {suite} has a broken entry: {text.partition(chr(10))[0]}"
        raise BuildError(Problem(None, what, f"it has no {name}", kind="packages"))
    return match[1]
