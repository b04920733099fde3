"""Package indexes (Packages files) read lazily: a stanza is parsed only when it is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from liminix_gen.debian.packages import PACKAGE_NAME
from liminix_gen.debian.version import Version, satisfies
from liminix_gen.errors import BuildError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from liminix_gen.debian.apt import Apt

_LIBRARY_NAME = re.compile(r"lib.*[0-9]")
_DEPENDENCY = re.compile(rf"({PACKAGE_NAME})(?::\w+)?\s*(?:\(\s*(<<|<=|=|>=|>>)\s*(\S+?)\s*\))?")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


@frozen
class Dependency:
    """One alternative of a dependency: a name and, it may be, a limit on its version."""

    name: str
    relation: str = ""
    version: str = ""

    def accepts(self, version: str) -> bool:
        """Say whether a version is within the limit."""
        return not self.relation or satisfies(version, self.relation, self.version)

    def __str__(self) -> str:
        return f"{self.name} {self.relation} {self.version}".rstrip()


@frozen(kw_only=True)
class Package:
    """A binary package as an index describes it."""

    name: str
    version: str
    path: str
    sha256: str
    size_bytes: int
    section: str
    suite: str
    dependencies: tuple[tuple[Dependency, ...], ...]

    @property
    def is_library(self) -> bool:
        """Say whether programs load it: that is what the closure follows."""
        section = self.section.rpartition("/")[2]
        return section in {"libs", "oldlibs"} or _LIBRARY_NAME.fullmatch(self.name) is not None


class PackageIndex:
    """All packages of one architecture, the newest version of each."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._stanzas: dict[str, list[tuple[str, str]]] = {}
        suites: set[str] = set()
        for suite, text in texts:
            suites.add(suite)
            for stanza in text.split("\n\n"):
                # Debian's own archive writes the name first; anything else is searched for.
                if stanza.startswith("Package: "):
                    name = stanza[9 : stanza.find("\n")]
                elif match := re.search(r"^Package: (.*)$", stanza, re.MULTILINE):
                    name = match[1]
                else:
                    continue
                self._stanzas.setdefault(name, []).append((suite, stanza))
        self.suites = tuple(sorted(suites))
        self._packages: dict[str, Package | None] = {}
        self._providers: dict[str, list[str]] | None = None

    @classmethod
    def load(cls, apt: Apt) -> PackageIndex:
        """Read the indexes that apt has loaded."""
        return cls((index.suite, apt.read(index)) for index in apt.indexes())

    def names(self) -> Iterator[str]:
        """Return the names of all packages."""
        return iter(self._stanzas)

    def get(self, name: str) -> Package | None:
        """Return the newest version of a package; None when there is no such name."""
        if name not in self._packages:
            found = [_package(suite, text) for suite, text in self._stanzas.get(name, ())]
            newest = max(found, key=lambda one: Version(one.version), default=None)
            self._packages[name] = newest
        return self._packages[name]

    def providers(self, virtual: str) -> tuple[str, ...]:
        """Return the packages that provide a virtual name, sorted."""
        if self._providers is None:
            self._providers = {}
            for name, stanzas in self._stanzas.items():
                for _, stanza in stanzas:
                    if (at := stanza.find("\nProvides: ")) >= 0:
                        line = stanza[at + 11 : stanza.find("\n", at + 11)]
                        for provided in _DEPENDENCY.findall(line):
                            self._providers.setdefault(provided[0], []).append(name)
        return tuple(sorted(set(self._providers.get(virtual, ()))))


def _package(suite: str, stanza: str) -> Package:
    fields = dict(
        line.split(": ", 1)
        for line in stanza.split("\n")
        if line[:1] not in ("", " ") and ": " in line
    )
    try:
        depends = (fields.get("Pre-Depends", ""), fields.get("Depends", ""))
        return Package(
            name=fields["Package"],
            version=fields["Version"],
            path=fields["Filename"].removeprefix("./"),
            sha256=_SHA256.findall(fields["SHA256"])[0],
            size_bytes=int(fields["Size"]),
            section=fields.get("Section", ""),
            suite=suite,
            dependencies=tuple(group for text in depends for group in dependencies(text)),
        )
    except (IndexError, KeyError, ValueError) as error:
        name = fields.get("Package", "?")
        what = f"the package index of {suite} has a broken entry: {name}"
        raise BuildError(
            Problem(None, what, f"{type(error).__name__}: {error}", kind="mirror")
        ) from None


def dependencies(text: str) -> tuple[tuple[Dependency, ...], ...]:
    """Read a Depends field: groups of alternatives."""
    groups = (
        tuple(
            Dependency(*match.groups(default=""))
            for alternative in group.split("|")
            if (match := _DEPENDENCY.match(alternative.strip()))
        )
        for group in text.split(",")
    )
    return tuple(group for group in groups if group)
