"""The dependency graph of a system: in what order, in what circle, and by which way."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar, cast

from attrs import field, frozen

N = TypeVar("N", bound=Hashable)


@frozen
class Node:
    """Something of an image, or who asked for it, by its name of that kind."""

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

    def __iter__(self) -> Iterator[N]:
        return iter(self._needs)

    def __contains__(self, node: object) -> bool:
        return node in self._needs

    def needs(self, node: N) -> tuple[N, ...]:
        """Return what a node refers to."""
        return tuple(self._needs[node])

    def turned(self) -> Graph[N]:
        """Return the graph with each edge the other way."""
        graph: Graph[N] = Graph()
        for node, needs in self._needs.items():
            graph.add(node)
            for other in needs:
                graph.add(other, (node,))
        return graph

    def among(self, nodes: Collection[N]) -> Graph[N]:
        """Return the graph of some of the nodes."""
        graph: Graph[N] = Graph()
        for node, needs in self._needs.items():
            if node in nodes:
                graph.add(node, (other for other in needs if other in nodes))
        return graph

    def reached(self, starts: Iterable[N], without: N | None = None) -> dict[N, N | None]:
        """Return what nodes lead to, the nearest first, each with the one before it.

        What is only reached by way of ``without`` is not among it, nor is that itself.
        """
        found: dict[N, N | None] = {start: None for start in starts if start != without}
        waiting = deque(found)
        while waiting:
            node = waiting.popleft()
            for other in self._needs[node]:
                if other not in found and other != without:
                    found[other] = node
                    waiting.append(other)
        return found

    def path(self, starts: Iterable[N], end: N) -> tuple[N, ...]:
        """Return the shortest way from one of some nodes to another; nothing if there is none."""
        before = self.reached(starts)
        if end not in before:
            return ()
        way = [end]
        while (last := before[way[-1]]) is not None:
            way.append(last)
        return tuple(reversed(way))

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

    def reduced(self) -> Graph[N]:
        """Return the graph without the edges that longer ways make up for; as it is, in a cycle."""
        if self.cycle():
            return self
        import networkx as nx  # noqa: PLC0415  takes longer than planning a router

        whole: nx.DiGraph[N] = nx.DiGraph(self._needs)
        left = nx.transitive_reduction(whole)
        graph: Graph[N] = Graph()
        for node, needs in self._needs.items():
            graph.add(node, (other for other in needs if left.has_edge(node, other)))
        return graph

    def cycle(self) -> tuple[N, ...]:
        """Return one cycle, each node before one that it needs; or nothing."""
        if len(self.order()) == len(self._needs):
            return ()
        import networkx as nx  # noqa: PLC0415  takes longer than planning a router

        graph: nx.DiGraph[N] = nx.DiGraph(self._needs)
        edges = cast("list[tuple[N, N]]", nx.find_cycle(graph))
        return tuple(start for start, _ in edges)
