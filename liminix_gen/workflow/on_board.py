"""What a configuration takes on a board that runs: asked over ssh, and nothing there changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import frozen

from liminix_gen.deploy import archive
from liminix_gen.deploy.board import Board
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.nix import derivation, kernels
from liminix_gen.nix.changes import Action, Change, Sign
from liminix_gen.nix.verbs import Nix
from liminix_gen.workflow.emit import Prepared
from liminix_gen.workflow.evaluate import evaluate
from liminix_gen.workflow.options import Options

_PATH = re.compile(r"/nix/store/[0-9a-z]{32}-(service-)?(.+)")


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
        raise ConfigurationError(Problem(None, what))
    writable = "system" in plan.outputs
    names = ("default", "system") if writable else ("default",)
    evaluation = evaluate(prepared, options, names)
    made = _derivations(evaluation.derivations.values(), evaluation.nix)
    kernel = next(one for path, one in made.items() if kernels.is_kernel(path))
    another_kernel = Path(kernel.outputs["out"]).name[:32] != facts.kernel
    if not writable or facts.root != plan.root_type or not facts.active:
        return Standing(action="flash", changes=(), copied_bytes=None)
    system = made[evaluation.derivations["system"]].outputs["out"]
    if facts.active == system:
        return Standing(action="none", changes=(), copied_bytes=0)
    there = board.store_paths(facts.active)
    outputs = [output for one in made.values() for output in one.outputs.values()]
    is_built = not evaluation.nix.absent([system])
    needed = set(evaluation.nix.closure(system)) if is_built else _services(outputs)
    lacking = sorted(needed - set(there))
    return Standing(
        action="flash" if another_kernel else "update",
        changes=tuple(_changes(there if is_built else _services(there), needed)),
        copied_bytes=_bytes(lacking, evaluation.nix) if is_built and not another_kernel else None,
    )


def _derivations(starts: Iterable[str], nix: Nix) -> Mapping[str, derivation.Derivation]:
    waiting, made = list(starts), dict[str, derivation.Derivation]()
    while waiting:
        path = waiting.pop()
        if path not in made:
            made[path] = derivation.read(nix.physical(path))
            waiting += made[path].inputs
    return made


def _services(paths: Iterable[str]) -> set[str]:
    return {path for path in paths if (match := _PATH.fullmatch(path)) and match[1]}


def _changes(before: Iterable[str], after: Iterable[str]) -> Iterable[Change]:
    old, new = _by_name(before), _by_name(after)
    for kind, name in sorted({*old, *new}):
        sign: Sign = "+" if (kind, name) not in old else "-" if (kind, name) not in new else "~"
        if sign != "~" or old[kind, name] != new[kind, name]:
            yield Change(sign=sign, kind=kind, name=name)


def _by_name(paths: Iterable[str]) -> Mapping[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], frozenset[str]] = {}
    for path in paths:
        if match := _PATH.fullmatch(path):
            key = ("service" if match[1] else "store path", match[2])
            found[key] = found.get(key, frozenset()) | {path}
    return found


def _bytes(paths: Iterable[str], nix: Nix) -> int:
    """Return how many bytes `update` sends for store paths: they are packed, and counted."""
    return sum(map(len, archive.pack(tuple(paths), nix.physical)))
