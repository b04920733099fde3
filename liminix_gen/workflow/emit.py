"""The third step: the tree of what is planned and locked."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from liminix_gen import __version__
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.lock_file import LockFile
from liminix_gen.model.root import READ_ONLY
from liminix_gen.nix.render import Emission, render
from liminix_gen.nix.tree import Tree
from liminix_gen.package_set import Behaviour, Carried
from liminix_gen.plan import Plan
from liminix_gen.qemu.machines import Terminal, VmRoot, command
from liminix_gen.qemu.networks import Isolated, UserNet
from liminix_gen.workflow import lock
from liminix_gen.workflow.load import Loaded, planned
from liminix_gen.workflow.options import Options


@frozen(kw_only=True)
class Prepared:
    """A configuration that was planned, locked and rendered."""

    path: Path
    plan: Plan
    packages: Behaviour
    lock: LockFile
    tree: Tree


def prepare(loaded: Loaded, options: Options) -> Prepared:
    """Plan, lock and render what was loaded; the lock file is written if it changes."""
    found = planned(loaded, options)
    return emit(found.path, found.plan, found.packages, found.lock, options)


def emit(
    path: Path, plan: Plan, packages: Behaviour, before: LockFile, options: Options
) -> Prepared:
    """Lock and render a plan."""
    if options.thin and not packages.has_flake:
        what = f"a tree for the package set {packages.name} is always whole"
        hint = "emit it without --thin, or for another package set"
        raise ConfigurationError(Problem(None, what, hint=hint))
    return rendered(path, plan, packages, lock.cover(plan, packages, before, options), options)


def rendered(
    path: Path, plan: Plan, packages: Behaviour, locked: LockFile, options: Options
) -> Prepared:
    """Render a plan with a lock that covers it."""
    carried = packages.carried(plan, locked, path.name, thin=options.thin)
    tree = render(emission(path, plan, carried))
    return Prepared(path=path, plan=plan, packages=packages, lock=locked, tree=tree)


def emission(path: Path, plan: Plan, carried: Carried) -> Emission:
    """Return what the tree of a plan is made of."""
    return Emission(plan=plan, source=path, version=__version__, carried=carried, qemu=_qemu(plan))


def _qemu(plan: Plan) -> tuple[str, ...]:
    """Return the command that runs the board, with words in place of the files."""
    machine = plan.device.qemu
    if machine is None:
        return ()
    writable = plan.root_type not in READ_ONLY
    files = VmRoot(
        kernel=Path("@kernel@"),
        root=Path("@rootfs@"),
        command_line="@command-line@",
        writable=writable,
        flash_offset_bytes=plan.root.flash_offset_bytes,
    )
    networks = (Isolated(), UserNet())
    return command(
        machine,
        files,
        networks,
        terminal=Terminal.USER,
        reboots=True,
        accelerators="@accelerators@",
    )
