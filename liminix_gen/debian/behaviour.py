"""The debian package set: Debian's own packages, and the build machine's own tools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from liminix_gen.debian import boards, covering, package_set, tree
from liminix_gen.debian.architectures import RELEASE_OF
from liminix_gen.debian.lock import ArchitectureLock, content_of
from liminix_gen.debian.lock import read as locked_in
from liminix_gen.events import Listener, Remarked
from liminix_gen.lock_file import LockFile
from liminix_gen.model.device import Device
from liminix_gen.model.package_set import Binary, PackageSet
from liminix_gen.nix.sources import foreign_packages
from liminix_gen.package_set import Behaviour, Carried, Choices
from liminix_gen.plan import Plan

if TYPE_CHECKING:
    from liminix_gen.nix.verbs import Nix


class Debian(Behaviour):
    """From a bare Debian machine to an image, without a cache of builds."""

    name = package_set.DEBIAN.name

    def obstacle(self, device: Device) -> str | None:
        return boards.obstacle(device)

    def merit(self, device: Device) -> str:
        name = boards.architecture_of(device)
        return f"{RELEASE_OF[name]} has {name}"

    def provided(self, choices: Choices) -> PackageSet:
        return package_set.without(choices.without)

    def nix(self, choices: Choices) -> Nix:
        from liminix_gen.debian import settings  # noqa: PLC0415  not for an emission

        return settings.nix(choices.store)

    def carried(self, plan: Plan, lock: LockFile, source: str, *, thin: bool) -> Carried:
        return tree.carried(plan, locked_in(lock))

    def lock(self, plan: Plan, lock: LockFile, choices: Choices, listen: Listener) -> LockFile:
        covered = covering.covering(plan, locked_in(lock), choices, listen)
        return lock.with_content(content_of(covered))

    def fetch(
        self, plan: Plan, lock: LockFile, choices: Choices, nix: Nix, listen: Listener
    ) -> Mapping[str, str]:
        from liminix_gen.debian import store  # noqa: PLC0415  not for an emission
        from liminix_gen.debian.apt import Apt  # noqa: PLC0415

        name = boards.architecture_of(plan.device)
        section = _section(plan, lock)
        open_apt = partial(Apt, name, section.release, without=choices.without)
        store.fetch(section.fetched, open_apt, nix, listen)
        return {}

    def to_fetch(self, plan: Plan, lock: LockFile, nix: Nix) -> Mapping[str, int]:
        from liminix_gen.debian import store  # noqa: PLC0415  not for an emission

        absent = store.missing(_section(plan, lock).fetched, nix)
        return {f"{one.name} {one.version}": one.size_bytes for one in absent}

    def binaries(self, plan: Plan, lock: LockFile) -> Iterable[Binary]:
        section = locked_in(lock).architecture(boards.architecture_of(plan.device))
        names: dict[str, list[str]] = {}
        for package in plan.packages:
            name = section.names.get(package.name, "")
            if name in section.packages:
                names.setdefault(name, []).append(package.name)
        for name in section.closure(names) or ():
            one = section.packages[name]
            yield Binary(
                name=name,
                version=one.version,
                size_bytes=one.size_bytes,
                packages=tuple(names.get(name, ())),
                libraries=one.libraries,
            )

    def look_up(self, plan: Plan, lock: LockFile, choices: Choices, listen: Listener) -> None:
        known = locked_in(lock).architecture(boards.architecture_of(plan.device)).names
        if any(name not in known for name in foreign_packages(plan)):
            what = "names are looked up when they are locked: liminix-gen lock CONFIG"
            listen(Remarked(word="packages", text=what))

    def remarks(self, plan: Plan, lock: LockFile) -> Iterable[Remarked]:
        name = boards.architecture_of(plan.device)
        section = locked_in(lock).architecture(name)
        release = section.release
        if release is None:
            return
        yield Remarked(word="release", text=release.standing)
        if release != RELEASE_OF[name]:
            newer = f"`liminix-gen lock --update` takes {RELEASE_OF[name]}"
            yield Remarked(word="note", text=f"the lock holds packages of {release}; {newer}")
        if not section.secure:
            why = f"{release.security} has none for {name}, or was left out"
            what = f"the packages of the image come without security updates: {why}"
            yield Remarked(word="warning", text=what)

    def described(self, device: Device) -> Mapping[str, object]:
        name = boards.known(device)
        release = None
        if name is not None:
            found = RELEASE_OF[name]
            release = {"name": found.name, "supported_until": found.supported_until}
        return {"debian": name, "debian_release": release}

    def facts(self, device: Device) -> Sequence[tuple[str, str]]:
        name = boards.known(device)
        return [] if name is None else [("Debian", f"{name} of {RELEASE_OF[name].standing}")]


def _section(plan: Plan, lock: LockFile) -> ArchitectureLock:
    """Return what the lock has for a plan that it covers."""
    section = locked_in(lock).architecture(boards.architecture_of(plan.device))
    return section.restricted(foreign_packages(plan), *tree.besides(plan))


BEHAVIOUR = Debian()
