"""The dependency graph of a system: what is reached from the roots, in what order, and why."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar, cast

import networkx as nx
from attrs import field, frozen

from liminix_gen.model.kernel import Asked

N = TypeVar("N", bound=Hashable)


@frozen
class Node:
    """A thing that an image may hold.

    ``kind`` is one of system, service, part, loader, kernel-module, symbol, user, group, file,
    package; ``name`` is unique within its kind.
    """

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@frozen
class Graph(Generic[N]):
    """A directed graph: an edge goes from what refers to what is referred to."""

    _edges: nx.DiGraph[N] = field(factory=nx.DiGraph)

    def add(self, node: N, needs: Iterable[N] = ()) -> None:
        """Add a node and edges to what it needs."""
        self._edges.add_node(node)
        for other in needs:
            self._edges.add_edge(node, other)

    def reachable(self, roots: Iterable[N]) -> frozenset[N]:
        """Return the roots and everything they lead to."""
        reached: set[N] = set()
        for root in roots:
            if root not in reached:
                reached.add(root)
                reached.update(nx.descendants(self._edges, root))
        return frozenset(reached)

    def cycle(self) -> tuple[N, ...]:
        """Return one cycle, or nothing."""
        try:
            edges = cast("list[tuple[N, N]]", nx.find_cycle(self._edges))
        except nx.NetworkXNoCycle:
            return ()
        return tuple(start for start, _ in edges)

    def order(self) -> tuple[N, ...]:
        """Return the nodes, each after what it needs; equal ones by name."""
        order = nx.lexicographical_topological_sort(self._edges.reverse(copy=False), key=str)
        return tuple(order)

    def path(self, start: N, end: N) -> tuple[N, ...]:
        """Return a shortest path, or nothing where there is none."""
        try:
            return tuple(nx.shortest_path(self._edges, start, end))
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return ()

    def copy(self) -> Graph[N]:
        """Return a graph of its own with the same nodes and edges."""
        return Graph(self._edges.copy())

    def nodes(self) -> frozenset[N]:
        """Return every node."""
        return frozenset(self._edges.nodes)

    def edges(self) -> tuple[tuple[N, N], ...]:
        """Return every edge, in the order of their text."""
        return tuple(sorted(self._edges.edges, key=str))


def pruned(
    graph: Graph[Node], roots: Iterable[Node], origins: Mapping[Node, Asked]
) -> tuple[tuple[Node, Asked | None], ...]:
    """Return what no root reaches, sorted, each with who wrote it."""
    left = graph.nodes() - graph.reachable(roots)
    return tuple((node, origins.get(node)) for node in sorted(left, key=str))
