"""The dependency graph of a system: what is reached from the roots, in what order, and why."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar, cast

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
    """A directed graph: an edge goes from what refers to what is referred to.

    The import of networkx takes longer than the planning of a router, so it is asked only to
    find a cycle where there is one.
    """

    _needs: dict[N, dict[N, None]] = field(factory=dict[N, "dict[N, None]"])

    def add(self, node: N, needs: Iterable[N] = ()) -> None:
        """Add a node and edges to what it needs."""
        own = self._needs.setdefault(node, {})
        for other in needs:
            own[other] = None
            self._needs.setdefault(other, {})

    def reachable(self, roots: Iterable[N]) -> frozenset[N]:
        """Return the roots and everything they lead to."""
        reached: set[N] = set()
        waiting = list(roots)
        while waiting:
            node = waiting.pop()
            if node not in reached:
                reached.add(node)
                waiting += self._needs.get(node, ())
        return frozenset(reached)

    def order(self) -> tuple[N, ...]:
        """Return the nodes, each after what it needs; equal ones by name.

        Nodes that need themselves, over others, are left out.
        """
        users: dict[N, list[N]] = {node: [] for node in self._needs}
        for node, needs in self._needs.items():
            for other in needs:
                users[other].append(node)
        left = {node: len(needs) for node, needs in self._needs.items()}
        # The number keeps nodes of equal text from being compared.
        entries = {node: (str(node), number, node) for number, node in enumerate(left)}
        ready = [entries[node] for node, count in left.items() if count == 0]
        heapify(ready)
        ordered: list[N] = []
        while ready:
            node = heappop(ready)[2]
            ordered.append(node)
            for user in users[node]:
                left[user] -= 1
                if left[user] == 0:
                    heappush(ready, entries[user])
        return tuple(ordered)

    def cycle(self) -> tuple[N, ...]:
        """Return one cycle, or nothing."""
        if len(self.order()) == len(self._needs):
            return ()
        import networkx as nx  # noqa: PLC0415  see above

        graph: nx.DiGraph[N] = nx.DiGraph(self._needs)
        edges = cast("list[tuple[N, N]]", nx.find_cycle(graph))
        return tuple(start for start, _ in edges)

    def copy(self) -> Graph[N]:
        """Return a graph of its own with the same nodes and edges."""
        return Graph({node: dict(needs) for node, needs in self._needs.items()})

    def nodes(self) -> frozenset[N]:
        """Return every node."""
        return frozenset(self._needs)


def pruned(
    graph: Graph[Node], roots: Iterable[Node], origins: Mapping[Node, Asked]
) -> tuple[tuple[Node, Asked | None], ...]:
    """Return what no root reaches, sorted, each with who wrote it."""
    left = graph.nodes() - graph.reachable(roots)
    return tuple((node, origins.get(node)) for node in sorted(left, key=str))
