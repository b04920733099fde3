"""How a lock changes: what is missing is added, what is there stays until asked to change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from liminix_gen.debian import host as machine
from liminix_gen.debian.architectures import ARCHITECTURES, RELEASE_OF
from liminix_gen.debian.firmware import FIRMWARE, FirmwarePackage
from liminix_gen.debian.inputs import Input
from liminix_gen.debian.lock import ArchitectureLock, Lock, LockedPackage
from liminix_gen.debian.packages import BASE_PACKAGES, LINUX_SOURCE, debian_name, host_tools
from liminix_gen.debian.suites import Release
from liminix_gen.errors import CheckError, ConfigurationError, Problem, suggestion
from liminix_gen.events import LockChanged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liminix_gen.debian.index import PackageIndex
    from liminix_gen.debian.source_index import SourceIndex


@frozen(kw_only=True)
class Indexes:
    """Opens package indexes: those of a release for the image, and that of every architecture.

    The second has the kernel's source, and drivers' firmware; ``sources`` are those of packages.
    Each is opened only when an entry of the lock is missing or to be refreshed.
    """

    release: Callable[[Release], PackageIndex]
    common: Callable[[], PackageIndex]
    sources: Callable[[], SourceIndex]


def roots(names: Iterable[str]) -> dict[str, str]:
    """Return what an image asks for, the C library included: nixpkgs name -> Debian name."""
    return {name: debian_name(name) for name in sorted({*names, *BASE_PACKAGES})}


def covers(
    lock: Lock,
    architecture: str,
    names: Iterable[str],
    firmware: Iterable[str] = (),
    inputs: Iterable[str] = (),
) -> bool:
    """Say whether the lock has all that the nixpkgs names reach, kernel, firmware and inputs."""
    section = lock.architecture(architecture)
    wanted = roots(names)
    return (
        has_kernel(section)
        and set(firmware) <= section.firmware.keys()
        and set(inputs) <= section.inputs.keys()
        and wanted.items() <= section.names.items()
        and section.closure(wanted.values()) is not None
    )


def has_kernel(section: ArchitectureLock) -> bool:
    """Say whether the section has the kernel's source; one of another series does not count."""
    return section.linux_source is not None and section.linux_source.name == LINUX_SOURCE


class UnresolvedError(ConfigurationError):
    """Packages that Debian cannot give: what is wrong, by the name that was asked for."""

    kind = "packages"

    def __init__(self, unresolved: Mapping[str, tuple[Problem, ...]]) -> None:
        super().__init__(*(problem for problems in unresolved.values() for problem in problems))
        self.unresolved = dict(unresolved)


def update(
    lock: Lock,
    architecture: str,
    names: Iterable[str],
    *,
    indexes: Indexes,
    firmware: Sequence[FirmwarePackage] = (),
    inputs: Sequence[Input] = (),
    refresh: Sequence[str] = (),
    refresh_all: bool = False,
    prune: bool = False,
    locked: bool = False,
) -> tuple[Lock, tuple[LockChanged, ...]]:
    """Return a lock that covers the packages (nixpkgs names) of an architecture, and the changes.

    `firmware` are the packages that the image takes firmware from, `inputs` those that its programs
    are compiled from. `refresh` names packages (either name, or linux-source) that take the newest
    version. `prune` drops what the names do not reach.
    With `locked`, a lock that does not cover is a CheckError, no index is opened and nothing
    changes. What is locked of an older release stays with it, and so does what joins it;
    `refresh_all` moves it all to the release that serves the architecture now.
    """
    if architecture not in ARCHITECTURES:
        near = suggestion(architecture, ARCHITECTURES)
        raise ConfigurationError(
            Problem(None, f"the debian package set has no architecture {architecture}", hint=near)
        )
    section = lock.architecture(architecture)
    wanted = roots(names)
    taken = {one.name: one for one in firmware}
    read = {one.name: one for one in inputs}
    if locked:
        asked = ["every package"] if refresh_all else refresh
        _refuse(section, wanted, taken, read, asked)
        return lock, ()
    if covers(lock, architecture, wanted, taken, read) and not refresh and not refresh_all:
        found = section
    else:
        refreshed = _refreshed(section, refresh, refresh_all=refresh_all)
        release = None if refresh_all else section.release
        index = partial(indexes.release, release or RELEASE_OF[architecture])
        from liminix_gen.debian.filling import Filling  # noqa: PLC0415  a lock that covers stays

        base = Filling(index, indexes.common, indexes.sources, section)
        for name in refreshed:
            base.refresh(name)
        found = base.resolve(wanted, taken, read)
    if prune:
        pruned = found.restricted(wanted, taken, read)
        found = evolve(pruned, linux_source=found.linux_source)
    notices = tuple(_differences(architecture, section, found))
    return lock.with_architecture(architecture, found), notices


def update_host(
    lock: Lock, architecture: str, *, optional: Sequence[str] = (), locked: bool = False
) -> tuple[Lock, tuple[LockChanged, ...]]:
    """Return the lock with this machine's versions of the tools that an architecture needs.

    Raises ConfigurationError for tools that are not installed; with `locked`, CheckError for
    those of another version.
    """
    found = machine.host_tools(host_tools(architecture, optional))
    notices: list[LockChanged] = []
    for name, tool in found.items():
        old = lock.host.get(name)
        subject = f"host tool {tool.package}"
        if old is None:
            notices.append(LockChanged(kind="added", subject=subject, new=tool.version))
        elif old != tool:
            notices.append(
                LockChanged(kind="changed", subject=subject, old=old.version, new=tool.version)
            )
    if locked and notices:
        raise CheckError(
            Problem(
                None,
                "the lock does not describe this machine's tools, and --locked refuses any change",
                "\n".join(map(str, notices)),
                "install these versions, or run without --locked",
                kind="lock",
            )
        )
    return evolve(lock, host={**lock.host, **found}), tuple(notices)


def _refuse(
    section: ArchitectureLock,
    wanted: Mapping[str, str],
    firmware: Iterable[str],
    inputs: Iterable[str],
    refresh: Sequence[str],
) -> None:
    missing = [
        f"{name}: {debian} is not in the lock"
        for name, debian in wanted.items()
        if section.names.get(name) != debian or section.closure((debian,)) is None
    ]
    if not has_kernel(section):
        missing.append(f"{LINUX_SOURCE} is not in the lock")
    missing += [f"{name} is not in the lock" for name in firmware if name not in section.firmware]
    missing += [f"{name} is not in the lock" for name in inputs if name not in section.inputs]
    missing += [f"{name} would be updated" for name in refresh]
    if missing:
        raise CheckError(
            Problem(
                None,
                "the lock would change, and --locked refuses any change",
                "\n".join(missing),
                "run without --locked, then commit the lock",
                kind="lock",
            )
        )


def _refreshed(
    section: ArchitectureLock, names: Sequence[str], *, refresh_all: bool
) -> Iterable[str]:
    """Return the Debian names to be refreshed; raise for names that are not locked."""
    if refresh_all:
        return [*section.packages, *section.firmware, *section.inputs, LINUX_SOURCE]
    locked = (*section.packages, *section.firmware, *section.inputs)
    known = {name: name for name in locked} | dict(section.names)
    known |= {name: one.name for name, one in FIRMWARE.items() if one.name in section.firmware}
    known |= {"linux-source": LINUX_SOURCE, LINUX_SOURCE: LINUX_SOURCE}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ConfigurationError(
            *(
                Problem(
                    None,
                    f"--update: {name} is not in the lock",
                    "",
                    suggestion(name, known),
                    kind="lock",
                )
                for name in unknown
            )
        )
    return [known[name] for name in names]


def _differences(
    architecture: str, old: ArchitectureLock, new: ArchitectureLock
) -> Iterable[LockChanged]:
    before, after = _all(old), _all(new)
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        subject = f"{name} ({architecture})"
        if was is None and now is not None:
            yield LockChanged(kind="added", subject=subject, new=now.version)
        elif now is None and was is not None:
            yield LockChanged(kind="removed", subject=subject, old=was.version)
        elif was is not None and now is not None and was != now:
            yield LockChanged(kind="changed", subject=subject, old=was.version, new=now.version)


def _all(section: ArchitectureLock) -> dict[str, LockedPackage]:
    return {one.name: one for one in section.fetched}
