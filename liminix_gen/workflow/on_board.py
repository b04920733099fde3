"""What a configuration takes on a board that runs: asked over ssh, and nothing there changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import frozen

from liminix_gen.deploy import archive
from liminix_gen.deploy.board import Board
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.model import base
from liminix_gen.nix import kernels
from liminix_gen.nix.changes import Action, Change, Sign
from liminix_gen.nix.verbs import Nix
from liminix_gen.workflow.emit import Prepared
from liminix_gen.workflow.evaluate import DEFAULT, evaluate
from liminix_gen.workflow.options import Options

# What is there beside the services of a configuration.
_SUPERVISOR = frozenset({*base.RESERVED_NAMES, "watchdog"})


@frozen(kw_only=True)
class Standing:
    """How a board stands to a configuration: what differs, and what it takes.

    ``copied_bytes`` is what `update` would send, None if that is not known before a build.
    """

    action: Action
    changes: tuple[Change, ...]
    copied_bytes: int | None


def standing(board: Board, prepared: Prepared, options: Options) -> Standing:
    """Compare a board with a configuration. Raises ConfigurationError for another board."""
    facts, plan = board.facts(), prepared.plan
    if facts.device != plan.device.name:
        what = f"{board.host} is a {facts.device}, and the configuration is for {plan.device.name}"
        hint = f'System(device="{facts.device}") is for that board'
        raise ConfigurationError(Problem(None, what, hint=hint, kind="update"))
    writable = "system" in plan.outputs
    names = (DEFAULT, "outputs.system") if writable else (DEFAULT,)
    evaluation = evaluate(prepared, options, names)
    made = evaluation.closure
    kernel = next(one for path, one in made.items() if kernels.is_kernel(path))
    another_kernel = Path(kernel.outputs["out"]).name[:32] != facts.kernel
    if not writable or facts.root != plan.root_type or not facts.active:
        return Standing(action="flash", changes=(), copied_bytes=None)
    system = made[evaluation.derivations["outputs.system"]].outputs["out"]
    if facts.active == system:
        return Standing(action="none", changes=(), copied_bytes=0)
    there = board.store_paths(facts.active)
    init = next((one for one in there if one.endswith("-init")), "")
    planned = {*(one.name for one in plan.services), *(one.name for one in plan.loaders)}
    changes = list(_of_services(board.services(init) if init else planned, planned))
    copied_bytes = None
    if not evaluation.nix.absent([system]):
        needed = evaluation.nix.closure(system)
        changes += _of_paths(there, needed)
        if not another_kernel:
            copied_bytes = _bytes(sorted({*needed} - {*there}), evaluation.nix)
    return Standing(
        action="flash" if another_kernel else "update",
        changes=tuple(changes),
        copied_bytes=copied_bytes,
    )


def _of_services(before: Iterable[str], after: Iterable[str]) -> Iterable[Change]:
    old, new = set(before) - _SUPERVISOR, set(after)
    for name in sorted(old ^ new):
        yield Change(sign="+" if name in new else "-", kind="service", name=name)


def _of_paths(before: Iterable[str], after: Iterable[str]) -> Iterable[Change]:
    old, new = _by_name(before), _by_name(after)
    for name in sorted({*old, *new}):
        sign: Sign = "+" if name not in old else "-" if name not in new else "~"
        if sign != "~" or old[name] != new[name]:
            yield Change(sign=sign, kind="store path", name=name)


def _by_name(paths: Iterable[str]) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for path in paths:
        name = Path(path).name.partition("-")[2]
        found[name] = found.get(name, frozenset()) | {path}
    return found


def _bytes(paths: Iterable[str], nix: Nix) -> int:
    """Return how many bytes `update` sends for store paths: they are packed, and counted."""
    return sum(map(len, archive.pack(tuple(paths), nix.physical)))
