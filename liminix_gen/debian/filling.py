"""Fills a section of the lock from the package indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from liminix_gen.debian import resolve
from liminix_gen.debian.firmware import FirmwarePackage
from liminix_gen.debian.index import Package, PackageIndex
from liminix_gen.debian.inputs import Input
from liminix_gen.debian.lock import ArchitectureLock, LockedPackage
from liminix_gen.debian.packages import LINUX_SOURCE
from liminix_gen.debian.source_index import SourceIndex
from liminix_gen.debian.update import UnresolvedError, has_kernel
from liminix_gen.errors import Problem


class Filling:
    """Fills a section of the lock from an index; keeps what is there."""

    def __init__(
        self,
        open_index: Callable[[], PackageIndex],
        open_common_index: Callable[[], PackageIndex],
        open_source_index: Callable[[], SourceIndex],
        section: ArchitectureLock,
    ) -> None:
        self._open_index = open_index
        self._open_common_index = open_common_index
        self._open_source_index = open_source_index
        self._section = section
        self._packages = dict(section.packages)
        self._firmware = dict(section.firmware)
        self._inputs = dict(section.inputs)
        self._linux_source = section.linux_source if has_kernel(section) else None

    @cached_property
    def _index(self) -> PackageIndex:
        return self._open_index()

    def refresh(self, name: str) -> None:
        """Forget the locked version of a package."""
        self._packages.pop(name, None)
        self._firmware.pop(name, None)
        self._inputs.pop(name, None)
        if name == LINUX_SOURCE:
            self._linux_source = None

    def resolve(
        self,
        wanted: Mapping[str, str],
        firmware: Mapping[str, FirmwarePackage],
        inputs: Mapping[str, Input],
    ) -> ArchitectureLock:
        names = {**self._section.names, **wanted}
        problems: dict[str, tuple[Problem, ...]] = {}
        for asked, name in names.items():
            try:
                self._add(name, asked)
            except resolve.UnknownPackageError as error:
                problems[asked] = error.problems
        # A kept package may need a library that was refreshed away.
        for one in tuple(self._packages.values()):
            for library in one.libraries:
                self._add(library, library)
        if self._linux_source is None:
            source = resolve.package(self._open_common_index(), LINUX_SOURCE)
            self._linux_source = _locked(source, ())
        # What nobody takes any more is not looked for: its component may be left out.
        for name in firmware.keys() - self._firmware.keys():
            index = self._index if firmware[name].of_target else self._open_common_index()
            self._firmware[name] = _locked(resolve.package(index, name), ())
        for name in inputs.keys() - self._inputs.keys():
            self._inputs[name] = (
                self._open_source_index().files(name, patched=inputs[name].patched)
                if inputs[name].is_source
                else (_locked(resolve.package(self._open_common_index(), name), ()),)
            )
        if problems:
            raise UnresolvedError(problems)
        return ArchitectureLock(
            packages=self._packages,
            roots=names.values(),
            names=names,
            linux_source=self._linux_source,
            firmware=dict(sorted(self._firmware.items())),
            inputs=dict(sorted(self._inputs.items())),
            # Without a look at the index they are what they were.
            suites=(self._index if "_index" in vars(self) else self._section).suites,
        )

    def _add(self, name: str, asked: str) -> None:
        """Lock a package and its libraries, unless it is locked."""
        waiting = [name]
        while waiting:
            name = waiting.pop()
            if name in self._packages:
                waiting += self._missing(self._packages[name].libraries)
                continue
            package = resolve.package(self._index, name, asked_as=asked)
            libraries = resolve.libraries(self._index, package)
            self._packages[name] = _locked(package, [library.name for library in libraries])
            for library in libraries:
                old = self._packages.get(library.name)
                # What was locked before may be too old for what is new.
                if old is not None and not library.dependency.accepts(old.version):
                    del self._packages[library.name]
            waiting += self._missing(library.name for library in libraries)

    def _missing(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name not in self._packages]


def _locked(package: Package, libraries: Iterable[str]) -> LockedPackage:
    return LockedPackage(
        name=package.name,
        version=package.version,
        path=package.path,
        sha256=package.sha256,
        size_bytes=package.size_bytes,
        suite=package.suite,
        libraries=libraries,
    )
