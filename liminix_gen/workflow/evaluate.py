"""The derivations of a tree, without a build."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen

from liminix_gen.nix import blame, failures, tree
from liminix_gen.nix.events import Evaluated, Event, Survey
from liminix_gen.nix.verbs import Nix
from liminix_gen.workflow.emit import Prepared, emit
from liminix_gen.workflow.load import Planned
from liminix_gen.workflow.options import Options


@frozen(kw_only=True)
class Evaluation:
    """A tree that was evaluated: the derivations of its outputs, and what of them must be built.

    ``survey`` is None if only Nix knows, as where it may fetch what others have built.
    """

    derivations: Mapping[str, str]
    survey: Survey | None
    nix: Nix


def evaluated(found: Planned, options: Options) -> Evaluation:
    """Lock, render and evaluate a plan; nothing is fetched or built.

    Raises EvaluationError, and what locking raises.
    """
    found.packages.require(options.choices)
    return evaluate(emit(found.path, found.plan, found.packages, found.lock, options), options)


def evaluate(
    prepared: Prepared, options: Options, outputs: Sequence[str] = ("default",)
) -> Evaluation:
    """Evaluate outputs of what was rendered. Raises EvaluationError."""
    plan, packages = prepared.plan, prepared.packages
    nix = packages.nix(options.choices)
    said: list[Event] = []
    with _written(prepared) as folder:
        try:
            derivations = nix.instantiate(
                folder / "tree",
                [f"outputs.{name}" for name in outputs],
                root=folder / "drv",
                arguments=packages.arguments(plan, options.choices),
                listener=said.append,
            )
        except failures.ExpressionError as error:
            whole = options.whole_trace
            raise blame.placed(error, plan, folder / "tree", whole=whole) from None
    survey = next((one.survey for one in said if isinstance(one, Evaluated)), None)
    return Evaluation(
        derivations=dict(zip(outputs, derivations, strict=True)), survey=survey, nix=nix
    )


@contextmanager
def _written(prepared: Prepared) -> Generator[Path]:
    with TemporaryDirectory(prefix="liminix-gen-") as name:
        folder = Path(name)
        tree.write(prepared.tree, folder / "tree")
        yield folder
