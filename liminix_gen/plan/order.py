"""The order of atomic services, and what has none."""

from __future__ import annotations

from collections.abc import Sequence

from liminix_gen.catalog import line_of, users
from liminix_gen.errors import ConfigurationError, Problem, Where
from liminix_gen.graph import Graph, Node
from liminix_gen.plan.requests import Requests
from liminix_gen.plan.value import PlannedLoader, PlannedService
from liminix_gen.recording import Problems


def ordered(
    asked: Requests, loaders: tuple[PlannedLoader, ...], problems: Problems
) -> tuple[PlannedService, ...]:
    """Return the atomic services, each after what it needs.

    Raises ConfigurationError if they need each other.
    """
    graph: Graph[Node] = Graph()
    for service in asked.services:
        graph.add(Node("part", service.name), [Node("part", name) for name in service.needs])
    for loader in loaders:
        needs = [Node("kernel-module", name) for name in loader.modules]
        graph.add(
            Node("part", loader.name), [*needs, *(Node("part", name) for name in loader.needs)]
        )
    for one, _ in asked.loaders:
        for module in one.modules:
            symbols = [Node("symbol", symbol) for symbol in module.symbols]
            graph.add(Node("kernel-module", module.name), symbols)
    services = {service.name: service for service in asked.services}
    if cycle := [node.name for node in graph.cycle()]:
        # A loader needs no service: all that stand in a circle are services.
        around = [services[name] for name in cycle]
        if len({one.asked for one in around}) == 1:
            raise ConfigurationError(*problems.found, _within(around))
        lines = [services[name].asked.where for name in cycle]
        chain = " -> ".join(f"{name} ({services[name].asked.where})" for name in cycle)
        hint = "let one of them go without what it takes of the next"
        what = f"dependency cycle: {chain} -> {chain.partition(' -> ')[0]}"
        raise ConfigurationError(*problems.found, Problem(users(*lines), what, hint=hint))
    parts = (node.name for node in graph.order() if node.kind == "part")
    return tuple(services[name] for name in parts if name in services)


def _within(cycle: Sequence[PlannedService]) -> Problem:
    """Say that the parts of one service need each other, which the author of its type wrote."""
    first = cycle[0]
    file = first.folder / "module.py"
    names = " -> ".join(one.name for one in (*cycle, first))
    what = f"the parts of {first.type} need each other: {names}"
    why = f"for the {first.type} of {first.asked.where}"
    return Problem(Where(file, line_of(file, r"\bdef parts\b")), what, why, kind="definition")
