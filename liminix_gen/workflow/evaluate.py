"""The derivations of a tree, without a build."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen

from liminix_gen.nix import blame, failures, tree
from liminix_gen.nix.verbs import Nix
from liminix_gen.workflow.emit import Prepared, emit
from liminix_gen.workflow.load import Planned
from liminix_gen.workflow.options import Options


@frozen(kw_only=True)
class Evaluation:
    """A tree that was evaluated, and the derivation of its default output."""

    prepared: Prepared
    derivation: str
    nix: Nix


def evaluated(found: Planned, options: Options) -> Evaluation:
    """Lock, render and evaluate a plan; nothing is fetched or built.

    Raises EvaluationError, and what locking raises.
    """
    found.packages.require(options.choices)
    prepared = emit(found.path, found.plan, found.packages, found.lock, options)
    nix = found.packages.nix(options.choices)
    with _written(prepared) as folder:
        try:
            (derivation,) = nix.instantiate(
                folder / "tree",
                ["outputs.default"],
                root=folder / "drv",
                arguments=found.packages.arguments(found.plan, options.choices),
                listener=options.listen,
            )
        except failures.ExpressionError as error:
            whole = options.whole_trace
            raise blame.placed(error, found.plan, folder / "tree", whole=whole) from None
    return Evaluation(prepared=prepared, derivation=derivation, nix=nix)


@contextmanager
def _written(prepared: Prepared) -> Generator[Path]:
    with TemporaryDirectory(prefix="liminix-gen-") as name:
        folder = Path(name)
        tree.write(prepared.tree, folder / "tree")
        yield folder
