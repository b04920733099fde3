"""The dependency graph of a system: in what order, or in what circle."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar, cast

from attrs import field, frozen

N = TypeVar("N", bound=Hashable)


@frozen
class Node:
    """A part, a kernel module or a symbol, by its name of that kind."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@frozen
class Graph(Generic[N]):
    """A directed graph: an edge goes from what refers to what is referred to."""

    _needs: dict[N, dict[N, None]] = field(factory=dict[N, "dict[N, None]"])

    def add(self, node: N, needs: Iterable[N] = ()) -> None:
        """Add a node and edges to what it needs."""
        own = self._needs.setdefault(node, {})
        for other in needs:
            own[other] = None
            self._needs.setdefault(other, {})

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
        """Return one cycle, each node before one that it needs; or nothing."""
        if len(self.order()) == len(self._needs):
            return ()
        import networkx as nx  # noqa: PLC0415  takes longer than planning a router

        graph: nx.DiGraph[N] = nx.DiGraph(self._needs)
        edges = cast("list[tuple[N, N]]", nx.find_cycle(graph))
        return tuple(start for start, _ in edges)
