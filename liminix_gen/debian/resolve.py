"""Which libraries a package needs: the edges of the closure that reaches the target."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen

from liminix_gen.debian.index import Dependency
from liminix_gen.debian.suites import release_of
from liminix_gen.errors import BuildError, ConfigurationError, Problem, suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liminix_gen.debian.index import Package, PackageIndex

# libc6 -> libgcc-s1 -> libc6 is Debian's one cycle; the relinker finds libc6 for everybody.
_NO_LIBRARIES = frozenset(("libc6", "libc6-dev"))

# Libraries that a package loads and does not declare.
_UNDECLARED: Mapping[str, Sequence[str]] = MappingProxyType(
    dict.fromkeys(("libext2fs2", "libext2fs2t64"), ("libcom-err2",))
)


@frozen(kw_only=True)
class Library:
    """A library that a package needs directly, and the dependency that says so."""

    name: str
    dependency: Dependency


class UnknownPackageError(ConfigurationError):
    """The index has no package with that name."""


def package(index: PackageIndex, name: str, *, asked_as: str = "") -> Package:
    """Return a package of the index, or raise UnknownPackageError with the nearest names."""
    found = index.get(name)
    if found is None:
        asked = f" (asked for as {asked_as})" if asked_as not in ("", name) else ""
        release = release_of(index.suites) or "Debian"
        what = f"{release} has no package {name}{asked} for this architecture"
        raise UnknownPackageError(
            Problem(None, what, "", suggestion(name, index.names()), kind="packages")
        )
    return found


def libraries(index: PackageIndex, one: Package) -> tuple[Library, ...]:
    """Return the direct libraries of a package, sorted by name.

    These are its dependencies in section libs or oldlibs, or named like a library; of
    alternatives the first that exists, by itself or as what another package provides.
    """
    if one.name in _NO_LIBRARIES:
        return ()
    found: dict[str, Library] = {}
    for group in one.dependencies:
        chosen = _choose(index, group)
        if chosen is None:
            if group[0].name.startswith("lib"):
                what = f"{one.name} needs {group[0]}, which no loaded package index has"
                raise BuildError(
                    Problem(
                        None, what, "", "the mirror may be out of step: try later", kind="packages"
                    )
                )
        elif chosen[0].is_library:
            library = Library(name=chosen[0].name, dependency=chosen[1])
            # Of two limits on one library, the first with a version says more.
            if library.name not in found or not found[library.name].dependency.relation:
                found[library.name] = library
    for name in _UNDECLARED.get(one.name, ()):
        found.setdefault(name, Library(name=name, dependency=Dependency(name)))
    return tuple(found[name] for name in sorted(found))


def _choose(index: PackageIndex, group: Sequence[Dependency]) -> tuple[Package, Dependency] | None:
    for alternative in group:
        real = index.get(alternative.name)
        if real is not None:
            return real, alternative
        for name in index.providers(alternative.name):
            provider = index.get(name)
            if provider is not None:
                return provider, Dependency(name)
    return None
