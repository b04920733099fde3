"""The first step: the user's file runs, once, and its system is planned."""

from __future__ import annotations

import os
from pathlib import Path

from attrs import frozen

from liminix_gen import config, data, package_sets
from liminix_gen.catalog import Catalog
from liminix_gen.config import System
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.events import Chosen
from liminix_gen.lock_file import LockFile
from liminix_gen.package_set import Behaviour
from liminix_gen.plan import Plan, plan
from liminix_gen.workflow import lock
from liminix_gen.workflow.options import Options

# What is kept beside a configuration, by the ending of its name.
_BESIDE = {
    ".lock": "lock of a configuration",
    ".root": "root that `run` keeps",
    ".state": "state that `run` keeps",
}
# Where nothing can be kept beside it, but for what is a folder of everybody's.
_OF_THE_SYSTEM = ("/dev", "/proc")
_OF_EVERYBODY = "/dev/shm"  # noqa: S108


@frozen(kw_only=True)
class Loaded:
    """What a user's file says."""

    path: Path
    system: System


@frozen(kw_only=True)
class Planned:
    """A configuration with its plan, made for a package set; ``lock`` is as it was found."""

    path: Path
    plan: Plan
    packages: Behaviour
    lock: LockFile


def load(path: Path, options: Options) -> Loaded:
    """Run a user's file, or read it if it is JSON.

    Raises ConfigurationError with every mistake, those that its plan shows among them.
    """
    _refuse_place(path)
    catalog = Catalog.of(options.modules, options.devices, options.outputs)
    read = data.read if path.suffix == ".json" and path.is_file() else config.read
    loaded = Loaded(path=path, system=read(path, catalog))
    if found := loaded.system.problems.found:
        try:
            planned(loaded, options)
        except ConfigurationError as error:
            found = [*found, *error.problems]
        raise ConfigurationError(*dict.fromkeys(found))
    return loaded


def _refuse_place(path: Path) -> None:
    """Refuse a file beside which, or in whose place, what belongs to it would be written."""
    try:
        place = Path(os.path.abspath(path))  # noqa: PTH100  where it is named, not where it leads
    except FileNotFoundError as error:
        what = f"the folder of this shell is gone: {error.strerror}"
        raise ConfigurationError(Problem(None, what, hint="cd to another")) from None
    if path.suffix in _BESIDE:
        what, hint = f"is the name of the {_BESIDE[path.suffix]}", f"name it {path.stem}.py"
    elif any(map(place.is_relative_to, _OF_THE_SYSTEM)) and not place.is_relative_to(_OF_EVERYBODY):
        what, hint = "is not a place for a configuration", "save it as a file"
    else:
        return
    raise ConfigurationError(Problem(str(path), what, hint=hint))


def planned(loaded: Loaded, options: Options) -> Planned:
    """Plan what was loaded; no lock is changed and nothing is fetched."""
    before = lock.read(loaded.path)
    system = loaded.system
    packages, reason = package_sets.choose(options.package_set, system.device, system.where)
    options.listen(Chosen(package_set=packages.name, reason=reason))
    ids = before.ids()
    numbers = {"users": ids.users, "groups": ids.groups}
    made = plan(system, packages.provided(options.choices), numbers)
    return Planned(path=loaded.path, plan=made, packages=packages, lock=before)
