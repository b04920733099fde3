"""Laws of order."""

from hypothesis import given
from hypothesis import strategies as st

from liminix_gen.graph import Graph

EDGES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)


def graph(edges: list[tuple[int, int]], nodes: set[int]) -> Graph[int]:
    made: Graph[int] = Graph()
    for node in nodes:
        made.add(node)
    for start, end in edges:
        made.add(start, [end])
    return made


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
