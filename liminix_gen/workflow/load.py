"""The first step: the user's file runs, once, and its system is planned."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from liminix_gen import config, data, package_sets
from liminix_gen.catalog import Catalog
from liminix_gen.config import System
from liminix_gen.errors import ConfigurationError
from liminix_gen.events import Chosen
from liminix_gen.lock_file import LockFile
from liminix_gen.package_set import Behaviour
from liminix_gen.plan import Plan, plan
from liminix_gen.workflow import lock
from liminix_gen.workflow.options import Options


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
