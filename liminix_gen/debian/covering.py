"""A lock that covers a plan: what the plan asks of Debian, and where it is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import TYPE_CHECKING

from attrs import evolve

from liminix_gen.debian import inputs, packages, update
from liminix_gen.debian.boards import architecture_of
from liminix_gen.debian.firmware import MAIN, FirmwarePackage, needed
from liminix_gen.debian.lock import Lock
from liminix_gen.debian.suites import (
    KERNEL_ARCHITECTURE,
    KERNEL_RELEASE,
    SOURCE_ARCHITECTURE,
    Release,
)
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.events import Listener, Remarked
from liminix_gen.nix.sources import foreign_packages
from liminix_gen.package_set import Choices
from liminix_gen.plan import Plan

if TYPE_CHECKING:
    from liminix_gen.debian.apt import Apt
    from liminix_gen.debian.index import PackageIndex
    from liminix_gen.debian.source_index import SourceIndex


def covering(plan: Plan, lock: Lock, choices: Choices, listen: Listener) -> Lock:
    """Return the lock with all that a plan needs of Debian, and of this machine."""
    architecture = architecture_of(plan.device)
    taken = needed(package.name for package in plan.packages)
    before = lock.architecture(architecture).firmware
    try:
        lock, changes = update.update(
            lock,
            architecture,
            foreign_packages(plan),
            indexes=_indexes(architecture, choices, taken),
            firmware=taken,
            inputs=inputs.needed(package.name for package in plan.packages),
            refresh=choices.refresh,
            refresh_all=choices.refresh_all,
            locked=choices.locked,
        )
    except update.UnresolvedError as error:
        raise ConfigurationError(*_placed(error, plan)) from None
    tools_of_images = packages.image_tools(plan.images.values())
    lock, tools = update.update_host(
        lock, architecture, optional=tools_of_images, locked=choices.locked
    )
    for one in taken:
        if one.name not in before:
            what = f"{one.licence} is that of the firmware from {one.name}"
            listen(Remarked(word="licence", text=what))
    for change in (*changes, *tools):
        listen(change)
    return lock


def _placed(error: update.UnresolvedError, plan: Plan) -> Iterator[Problem]:
    """Give the problems of packages the lines that ask for them."""
    askers = {package.name: package.asked for package in plan.packages}
    for name, problems in error.unresolved.items():
        where = next((one.where for one in askers.get(name, ()) if one.where), None)
        yield from (evolve(problem, where=where) for problem in problems)


def _indexes(
    architecture: str, choices: Choices, taken: tuple[FirmwarePackage, ...]
) -> update.Indexes:
    components = tuple(sorted({one.component for one in taken} - {MAIN}))
    return update.Indexes(
        release=partial(_open_index, architecture, choices=choices),
        common=cache(
            partial(
                _open_index,
                KERNEL_ARCHITECTURE,
                KERNEL_RELEASE,
                components=components,
                choices=choices,
            )
        ),
        sources=cache(partial(_open_sources, choices)),
    )


def _open_index(
    architecture: str,
    release: Release,
    *,
    components: tuple[str, ...] = (),
    choices: Choices,
) -> PackageIndex:
    from liminix_gen.debian.apt import Apt  # noqa: PLC0415  a lock that covers asks nobody
    from liminix_gen.debian.index import PackageIndex  # noqa: PLC0415

    apt = Apt(architecture, release, components=components, without=choices.without)
    _load(apt, choices)
    return PackageIndex.load(apt)


def _open_sources(choices: Choices) -> SourceIndex:
    from liminix_gen.debian.apt import Apt  # noqa: PLC0415
    from liminix_gen.debian.source_index import SourceIndex  # noqa: PLC0415

    apt = Apt(SOURCE_ARCHITECTURE, KERNEL_RELEASE, without=choices.without)
    _load(apt, choices)
    return SourceIndex.load(apt)


def _load(apt: Apt, choices: Choices) -> None:
    if choices.cached:
        apt.require_loaded()
    else:
        apt.update()
