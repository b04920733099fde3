"""The second step: the lock covers what is planned."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from liminix_gen import lock_file
from liminix_gen.events import Listener, Locked
from liminix_gen.lock_file import Ids, LockFile
from liminix_gen.package_set import Behaviour, Choices
from liminix_gen.plan import Plan
from liminix_gen.workflow.options import Options


def lock_path(path: Path) -> Path:
    """Return where the lock of a configuration lies."""
    return path.parent / f"{path.stem}.lock"


def read(path: Path) -> LockFile:
    """Return the lock of a configuration."""
    return lock_file.read(lock_path(path))


def cover(plan: Plan, packages: Behaviour, before: LockFile, options: Options) -> LockFile:
    """Return a lock that covers a plan; its file is written if it changes.

    That of a package set which locks nothing holds the numbers of users alone.
    """
    covered = covering(plan, packages, before, options.choices, options.listen)
    written = False
    if packages.unlocked is None or covered is not before:
        written = covered.write()
    options.listen(Locked(path=covered.path, written=written))
    return covered


def covering(
    plan: Plan, packages: Behaviour, before: LockFile, choices: Choices, listen: Listener
) -> LockFile:
    """Return a lock that covers a plan; nothing is written. With ``locked``, CheckError."""
    covered = packages.lock(plan, before, choices, listen)
    return covered.with_ids(Ids(**{kind: _own(ids) for kind, ids in plan.ids.items()}))


def _own(ids: Mapping[str, int]) -> Mapping[str, int]:
    """Keep the numbers that a user's own names got, which start at 1000."""
    return {name: number for name, number in ids.items() if 1000 <= number < 65534}
