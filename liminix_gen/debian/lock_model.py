"""The lock: which packages of which versions, which host tools, which uids and gids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import Factory, evolve, field, frozen

from liminix_gen.debian.packages import BASE_PACKAGES
from liminix_gen.debian.suites import Release, release_of
from liminix_gen.lock_file import Ids


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


@frozen(kw_only=True)
class LockedPackage:
    """One package of the archive, exactly; `libraries` are the direct ones, by name."""

    name: str
    version: str
    path: str
    sha256: str
    size_bytes: int
    suite: str
    libraries: tuple[str, ...] = field(default=(), converter=_names)


@frozen(kw_only=True)
class ArchitectureLock:
    """What is locked for one target architecture."""

    packages: Mapping[str, LockedPackage] = Factory(dict[str, LockedPackage])
    roots: tuple[str, ...] = field(converter=_names, default=())  # Debian names
    names: Mapping[str, str] = Factory(dict[str, str])
    linux_source: LockedPackage | None = None
    firmware: Mapping[str, LockedPackage] = Factory(dict[str, LockedPackage])
    # What programs are compiled from, by Debian names: each the files of one version.
    inputs: Mapping[str, tuple[LockedPackage, ...]] = Factory(dict[str, tuple[LockedPackage, ...]])
    # The suites that had something for this architecture when it was locked.
    suites: tuple[str, ...] = field(converter=_names, default=())

    @property
    def release(self) -> Release | None:
        """The release that the packages are of; None if nothing is locked."""
        return release_of(self.suites)

    @property
    def secure(self) -> bool:
        """Say whether the packages get security updates: whether there is a suite of them."""
        return self.release is None or self.release.security in self.suites

    @property
    def fetched(self) -> tuple[LockedPackage, ...]:
        """All that has to be in the store."""
        source = (self.linux_source,) if self.linux_source else ()
        inputs = (file for files in self.inputs.values() for file in files)
        return (*self.packages.values(), *source, *self.firmware.values(), *inputs)

    def closure(self, roots: Iterable[str]) -> tuple[str, ...] | None:
        """Return the packages that roots reach, sorted; None when one is not locked."""
        seen: set[str] = set()
        waiting = list(roots)
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            if name not in self.packages:
                return None
            seen.add(name)
            waiting.extend(self.packages[name].libraries)
        return tuple(sorted(seen))

    def restricted(
        self, names: Iterable[str], firmware: Iterable[str] = (), inputs: Iterable[str] = ()
    ) -> ArchitectureLock:
        """Return only what the given nixpkgs names, and what every lock has, reach.

        ``firmware`` are Debian's packages with it, ``inputs`` those that programs are compiled
        from. Raises KeyError for a name that is not locked.
        """
        kept = {name: self.names[name] for name in sorted({*names, *BASE_PACKAGES})}
        closure = self.closure(kept.values())
        if closure is None:
            raise KeyError(names)
        return evolve(
            self,
            packages={name: self.packages[name] for name in closure},
            roots=kept.values(),
            names=kept,
            firmware={name: self.firmware[name] for name in sorted(firmware)},
            inputs={name: self.inputs[name] for name in sorted(inputs)},
        )


@frozen(kw_only=True)
class HostTool:
    """A tool of the build machine: the Debian package that has it, and its version."""

    package: str
    version: str


@frozen(kw_only=True)
class Lock:
    """A whole lock file; ``others`` is what other package sets keep in it."""

    architectures: Mapping[str, ArchitectureLock] = Factory(dict[str, ArchitectureLock])
    host: Mapping[str, HostTool] = Factory(dict[str, HostTool])
    ids: Ids = Factory(Ids)
    others: Mapping[str, object] = Factory(dict[str, object])

    def architecture(self, name: str) -> ArchitectureLock:
        """Return an architecture's section; an empty one when there is none."""
        return self.architectures.get(name, ArchitectureLock())

    def with_architecture(self, name: str, section: ArchitectureLock) -> Lock:
        """Return the lock with one section replaced."""
        return evolve(self, architectures={**self.architectures, name: section})

    def restricted(
        self,
        architecture: str,
        names: Iterable[str],
        tools: Iterable[str],
        firmware: Iterable[str] = (),
        inputs: Iterable[str] = (),
    ) -> Lock:
        """Return what an emitted tree carries: one architecture, what it reaches, its tools.

        So a tree does not depend on what else stands in the lock.
        """
        return evolve(
            self,
            architectures={
                architecture: self.architecture(architecture).restricted(names, firmware, inputs)
            },
            host={tool: self.host[tool] for tool in tools},
            others={},
        )
