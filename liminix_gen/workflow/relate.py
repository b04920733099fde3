"""What refers to what in an image, from its plan and what its lock says of packages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from liminix_gen.errors import ConfigurationError, Problem, suggestion
from liminix_gen.graph import Node
from liminix_gen.model.package_set import Binary
from liminix_gen.nix import known_sizes
from liminix_gen.nix.known_sizes import MODULE_BYTES
from liminix_gen.nix.sources import own_packages
from liminix_gen.plan import Plan
from liminix_gen.plan.relations import ORIGIN, Relations, nodes_of, relations
from liminix_gen.workflow.load import Planned, load, planned
from liminix_gen.workflow.options import Options

if TYPE_CHECKING:
    from liminix_gen.workflow.evaluate import Evaluation

_STORE = "/nix/store/"
# lib/services/service.nix names a service's derivation so.
_SERVICE = "service-"


@frozen(kw_only=True)
class Related:
    """A plan and the relations of its things; without a lock, libraries are not among them."""

    plan: Plan
    relations: Relations
    locked: bool


def relate(path: Path, options: Options, thing: str = "") -> Related:
    """Plan a configuration and say what refers to what; nothing is fetched or built.

    If ``thing`` is a path of the store, its tree is evaluated: derivations are among the things
    then, and what the lock lacks is added to it.
    """
    found = planned(load(path, options), options)
    binaries = tuple(found.packages.binaries(found.plan, found.lock))
    made = relations(found.plan, binaries)
    made = evolve(made, sizes=dict(_sizes(found.plan, binaries)))
    if thing.startswith(_STORE):
        made = _with_derivations(made, found, options)
    return Related(plan=found.plan, relations=made, locked=bool(binaries))


def _sizes(plan: Plan, binaries: Sequence[Binary]) -> Iterator[tuple[Node, int]]:
    """Yield about what packages, libraries and kernel modules take in an image."""
    known = known_sizes.of_architecture(plan.device.kernel.architecture)
    nodes = nodes_of(binaries)
    for one in binaries:
        yield from ((node, known.of_binary(one).packed) for node in nodes[one.name])
    for name in own_packages(plan):
        yield Node("package", name), known.of_package(name).packed
    for loader in plan.loaders:
        yield from ((Node("kernel module", name), MODULE_BYTES) for name in loader.modules)


def _with_derivations(made: Relations, found: Planned, options: Options) -> Relations:
    from liminix_gen.workflow.evaluate import evaluated  # noqa: PLC0415  most questions need none

    add_derivations(made, f"output {found.plan.default_output}", evaluated(found, options))
    return made


def add_derivations(made: Relations, output: str, evaluation: Evaluation) -> None:
    """Add what an evaluation came to: derivations, and the paths of the store that they make."""
    from liminix_gen.nix.events import derivation_name  # noqa: PLC0415  most questions need none

    graph = made.graph
    for attribute, path in evaluation.derivations.items():
        asker = Node("package", attribute.removeprefix("packages."))
        graph.add(asker if asker in graph else Node(ORIGIN, output), (Node("derivation", path),))
    for path, one in evaluation.closure.items():
        node = Node("derivation", path)
        graph.add(node, (Node("derivation", other) for other in one.inputs))
        graph.add(node, (Node("store path", place) for place in one.outputs.values()))
        name = derivation_name(path)
        for kind in ("service", "loader"):
            asker = Node(kind, name.removeprefix(_SERVICE))
            if name.startswith(_SERVICE) and asker in graph:
                graph.add(asker, (node,))


def find(related: Related, thing: str) -> tuple[Node, ...]:
    """Return what a word names. Raises ConfigurationError if nothing of the image has that name."""
    nodes = related.relations.named(thing)
    if nodes:
        return nodes
    if thing.startswith(_STORE):
        what = f"{thing} is neither a derivation of the image nor the output of one"
        raise ConfigurationError(Problem(None, what))
    for pruned in related.plan.pruned:
        if pruned.what.endswith(f" {thing}"):
            hint = "what config.services does not lead to is left out: assign it to a key there"
            what = f"{pruned.what} is not in the image: no service of config.services refers to it"
            raise ConfigurationError(Problem(pruned.asked.where, what, hint=hint))
    known = {node.name for node in related.relations.graph}
    hint = suggestion(thing, known)
    if not hint and not related.locked:
        hint = "libraries are known from the lock, which does not cover it: `liminix-gen lock`"
    raise ConfigurationError(Problem(None, f"there is no {thing!r} in the image", hint=hint))
