"""What a build of a configuration will make, and what differs from another one; nothing is written.

The new tree is rendered in memory, from the lock as it is. What that does not cover yet is
looked up in what is at hand of the archive's indexes; where there is none it has no versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import evolve, frozen

from liminix_gen.deploy.board import Board
from liminix_gen.errors import (
    CheckError,
    ConfigurationError,
    EvaluationError,
    LiminixGenError,
    Problem,
)
from liminix_gen.events import LockChanged
from liminix_gen.graph import Graph
from liminix_gen.nix import changes, contents, kernels
from liminix_gen.nix.changes import Action, Change, Rebuilt
from liminix_gen.nix.contents import Contents
from liminix_gen.nix.events import derivation_name
from liminix_gen.nix.expression import expression
from liminix_gen.nix.render import render
from liminix_gen.nix.tree import MANIFEST, Tree
from liminix_gen.package_set import Carried
from liminix_gen.plan import Plan
from liminix_gen.workflow import lock
from liminix_gen.workflow.copied import SYSTEM, copied_bytes
from liminix_gen.workflow.emit import Prepared, emission, rendered
from liminix_gen.workflow.evaluate import Evaluation, evaluate
from liminix_gen.workflow.held import attributes, held
from liminix_gen.workflow.load import Planned
from liminix_gen.workflow.on_board import standing
from liminix_gen.workflow.options import Options

_UNLOCKED = "the lock does not cover the packages"
_TO_LOCK = "`liminix-gen lock` adds what is missing"


@frozen(kw_only=True)
class Drawn:
    """A tree in memory; without ``prepared`` its packages are not known, and no Nix can read it.

    ``added`` counts the entries that the lock does not have: they are the newest known here.
    """

    tree: Tree
    prepared: Prepared | None
    added: int = 0

    @property
    def contents(self) -> Contents:
        """What the tree holds."""
        made = contents.read(self.tree[MANIFEST], self.tree.get)
        return made if self.prepared is not None else made.without("version", "source")

    def locked(self, consequence: str = "") -> Prepared:
        """Return the tree with its lock. Raises ConfigurationError if that does not cover it."""
        if self.prepared is None:
            raise ConfigurationError(
                Problem(None, _UNLOCKED + consequence, hint=_TO_LOCK, kind="lock")
            )
        return self.prepared


@frozen(kw_only=True)
class Cost:
    """What a build has to do: names of derivations, and what is fetched with its bytes.

    ``cached`` counts derivations that these need and that are in the store. ``kernel_seconds`` is
    what the last kernel of the board took here, None if there was none.
    """

    fetched: Mapping[str, int]
    built: tuple[str, ...]
    cached: int
    kernel: bool
    kernel_seconds: float | None

    @property
    def fetched_bytes(self) -> int:
        """The bytes that have to be fetched."""
        return sum(self.fetched.values())


@frozen(kw_only=True)
class Forecast:
    """What is going to be; ``cost`` is None if it is not known, and ``unknown`` says why.

    ``rebuilt`` is None against a board, which does not say what it was made of. ``copied_bytes``
    is what an update of it would send, if that is known. ``unlocked`` counts the
    entries that the lock does not have yet.
    """

    plan: Plan
    changes: tuple[Change, ...]
    rebuilt: Rebuilt | None
    action: Action
    cost: Cost | None
    unknown: str = ""
    unlocked: int = 0
    copied_bytes: int | None = None


@frozen(kw_only=True)
class Other:
    """What a configuration is compared with.

    ``evaluate`` gives its system, for a plan of the same board; it raises LiminixGenError, and is
    None of a manifest alone.
    """

    contents: Contents
    evaluate: Callable[[Planned], Evaluation] | None


def draw(found: Planned, options: Options) -> Drawn:
    """Render a plan with the lock as it is, or as it would be with what it lacks."""
    quiet = evolve(options.choices, refresh=(), refresh_all=False)
    for choices in (evolve(quiet, locked=True), evolve(quiet, locked=False, cached=True)):
        said: list[object] = []
        try:
            covered = lock.covering(found.plan, found.packages, found.lock, choices, said.append)
        except CheckError:
            continue
        prepared = rendered(found.path, found.plan, found.packages, covered, options)
        added = sum(isinstance(one, LockChanged) for one in said)
        return Drawn(tree=prepared.tree, prepared=prepared, added=added)
    # Whatever packages come to, the rest is known.
    carried = Carried(files={}, arguments={"pkgs": expression(None)})
    return Drawn(tree=render(emission(found.path, found.plan, carried)), prepared=None)


def forecast(found: Planned, other: Other | None, options: Options) -> Forecast:
    """Return what a build makes of a plan, beside an older one."""
    drawn = draw(found, options)
    old, new = other.contents if other is not None else None, drawn.contents
    made = changes.rebuilt(old, new, loads(found))
    action = changes.action(old, new, made)
    cost, unknown = _cost(found, drawn, options)
    return Forecast(
        plan=found.plan,
        changes=changes.changes(old, new),
        rebuilt=made,
        action=action,
        cost=cost,
        unknown=unknown,
        unlocked=drawn.added,
        copied_bytes=copied(found, drawn, other, options) if action == "update" else None,
    )


def copied(found: Planned, drawn: Drawn, other: Other | None, options: Options) -> int | None:
    """Return about what an update copies; None if one of the trees cannot be evaluated."""
    if drawn.prepared is None or other is None or other.evaluate is None:
        return None
    try:
        new = evaluate(drawn.prepared, options, (SYSTEM, *attributes(found.plan)))
        old = other.evaluate(found)
    except LiminixGenError:
        return None
    binaries = found.packages.binaries(found.plan, drawn.prepared.lock)
    return copied_bytes(held(SYSTEM, new, binaries, found.plan), old)


def forecast_for(found: Planned, board: Board, options: Options) -> Forecast:
    """Return what a build makes of a plan, and how a board that runs stands to it.

    Raises ConfigurationError if the lock does not cover the plan.
    """
    drawn = draw(found, options)
    stands = standing(board, drawn.locked(", so no system has a name yet"), options)
    cost, unknown = _cost(found, drawn, options)
    return Forecast(
        plan=found.plan,
        changes=stands.changes,
        rebuilt=None,
        action=stands.action,
        cost=cost,
        unknown=unknown,
        unlocked=drawn.added,
        copied_bytes=stands.copied_bytes,
    )


def loads(found: Planned) -> Mapping[str, frozenset[str]]:
    """Return which binaries each package of a plan consists of."""
    binaries = {one.name: one for one in found.packages.binaries(found.plan, found.lock)}
    graph: Graph[str] = Graph()
    for one in binaries.values():
        graph.add(one.name, one.libraries)
    return {
        name: frozenset(graph.reached((one.name,)))
        for one in binaries.values()
        for name in one.packages
    }


def _cost(found: Planned, drawn: Drawn, options: Options) -> tuple[Cost | None, str]:
    """Return what a build has to do; or None, and why it is not known. Raises EvaluationError."""
    if drawn.prepared is None:
        return None, f"{_UNLOCKED}: {_TO_LOCK}"
    try:
        evaluation = evaluate(drawn.prepared, options)
        if evaluation.survey is None:
            return None, "a cache may have what it needs, which only a build asks"
        fetched = found.packages.to_fetch(found.plan, drawn.prepared.lock, evaluation.nix)
    except EvaluationError:
        raise
    except LiminixGenError as error:
        return None, error.problems[0].what
    missing = evaluation.survey.missing
    record = kernels.load(kernels.record_file())
    took = (one.seconds for one in reversed(record) if one.device == found.plan.device.name)
    cost = Cost(
        fetched=fetched,
        built=tuple(sorted(derivation_name(path) for path in missing)),
        cached=len(evaluation.survey.cached),
        kernel=any(map(kernels.is_kernel, missing)),
        kernel_seconds=next(took, None),
    )
    return cost, ""
