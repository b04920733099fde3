"""Laws of pruning."""

import networkx as nx  # noqa: F401  imported late by the graph, which no deadline should count
from hypothesis import given
from hypothesis import strategies as st

from liminix_gen.graph import Graph

EDGES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)
ROOTS = st.sets(st.integers(0, 12), max_size=4)


def graph(edges: list[tuple[int, int]], nodes: set[int]) -> Graph[int]:
    made: Graph[int] = Graph()
    for node in nodes:
        made.add(node)
    for start, end in edges:
        made.add(start, [end])
    return made


@given(EDGES, ROOTS)
def test_pruning_is_idempotent_and_drops_nothing_reachable(
    edges: list[tuple[int, int]], roots: set[int]
) -> None:
    whole = graph(edges, roots)
    kept = whole.reachable(roots)
    assert roots <= kept
    assert all(end in kept for start, end in edges if start in kept)
    again = graph([edge for edge in edges if edge[0] in kept], roots)
    assert again.reachable(roots) == kept


@given(EDGES, ROOTS, st.integers(0, 12))
def test_pruning_is_monotone(edges: list[tuple[int, int]], roots: set[int], more: int) -> None:
    whole = graph(edges, {*roots, more})
    assert whole.reachable(roots) <= whole.reachable({*roots, more})


@given(EDGES)
def test_a_graph_has_a_cycle_or_an_order(edges: list[tuple[int, int]]) -> None:
    whole = graph(edges, set())
    cycle = whole.cycle()
    if cycle:
        assert all(edge in edges for edge in zip(cycle, (*cycle[1:], cycle[0]), strict=True))
        return
    position = {node: index for index, node in enumerate(whole.order())}
    assert all(position[end] < position[start] for start, end in edges)


@given(EDGES)
def test_order_does_not_depend_on_the_order_of_input(edges: list[tuple[int, int]]) -> None:
    whole = graph(edges, set())
    if not whole.cycle():
        assert whole.order() == graph(edges[::-1], set()).order()
