"""The derivations of a tree, without a build."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from attrs import frozen

from liminix_gen import files
from liminix_gen.nix import blame, derivation, failures, tree
from liminix_gen.nix.derivation import Derivation
from liminix_gen.nix.events import Evaluated, Event, Survey
from liminix_gen.nix.verbs import Nix
from liminix_gen.workflow.emit import Prepared, emit
from liminix_gen.workflow.load import Planned
from liminix_gen.workflow.options import Options

DEFAULT = "outputs.default"


@frozen(kw_only=True, slots=False)
class Evaluation:
    """A tree that was evaluated: derivations by attribute, and what of them must be built.

    ``survey`` is None if only Nix knows, as where it may fetch what others have built.
    """

    derivations: Mapping[str, str]
    survey: Survey | None
    nix: Nix

    @cached_property
    def closure(self) -> Mapping[str, Derivation]:
        """All derivations that these need, by their paths."""
        return self._needed(self.derivations.values())

    def needed(self, attribute: str) -> Mapping[str, Derivation]:
        """Return the derivations that one attribute needs, by their paths."""
        return self._needed([self.derivations[attribute]])

    def _needed(self, paths: Iterable[str]) -> Mapping[str, Derivation]:
        found: dict[str, Derivation] = {}
        waiting = list(paths)
        while waiting:
            path = waiting.pop()
            if path not in found:
                found[path] = derivation.read(self.nix.physical(path))
                waiting += found[path].inputs
        return found


def evaluated(found: Planned, options: Options) -> Evaluation:
    """Lock, render and evaluate a plan; nothing is fetched or built.

    Raises EvaluationError, and what locking raises.
    """
    found.packages.require(options.choices)
    return evaluate(emit(found.path, found.plan, found.packages, found.lock, options), options)


def evaluate(
    prepared: Prepared, options: Options, attributes: Sequence[str] = (DEFAULT,)
) -> Evaluation:
    """Evaluate attributes of what was rendered. Raises EvaluationError."""
    with _written(prepared) as folder:
        emitted = folder / "tree"
        try:
            return evaluate_tree(emitted, prepared, options, attributes)
        except failures.ExpressionError as error:
            whole = options.whole_trace
            raise blame.placed(error, prepared.plan, emitted, whole=whole, is_kept=False) from None


def evaluate_tree(
    folder: Path, found: Prepared | Planned, options: Options, attributes: Sequence[str]
) -> Evaluation:
    """Evaluate attributes of an emitted tree for a board. Raises ExpressionError."""
    nix = found.packages.nix(options.choices)
    said: list[Event] = []
    with files.temporary_folder() as links:
        derivations = nix.instantiate(
            folder,
            attributes,
            root=links / "drv",
            arguments=found.packages.arguments(found.plan, options.choices),
            listener=said.append,
        )
    survey = next((one.survey for one in said if isinstance(one, Evaluated)), None)
    return Evaluation(
        derivations=dict(zip(attributes, derivations, strict=True)), survey=survey, nix=nix
    )


@contextmanager
def _written(prepared: Prepared) -> Generator[Path]:
    with files.temporary_folder() as folder:
        tree.write(prepared.tree, folder / "tree")
        yield folder
