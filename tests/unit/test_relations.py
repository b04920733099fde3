"""What refers to what, held against the plans themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.errors import ConfigurationError
from liminix_gen.graph import Graph, Node
from liminix_gen.model.package_set import Binary
from liminix_gen.plan import Plan, plan
from liminix_gen.plan.relations import LINE, ORIGIN, relations
from tests.support.emission import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLES = ("hello", "gateway", "home")


def planned(example: str, *, without: str = "") -> Plan:
    system = load(ROOT / "examples" / f"{example}.py", Catalog.of())
    if without:
        del system.services[without]
    return plan(system, DEBIAN)


def things(made: Plan) -> set[Node]:
    """Return what a plan says that there is, from its merged fields."""
    modules = {module for loader in made.loaders for module in loader.modules}
    by_kind: dict[str, Iterable[str]] = {
        "service": [one.name for one in made.services],
        "loader": [one.name for one in made.loaders],
        "kernel module": modules,
        "symbol": [one.name for one in made.symbols],
        "package": [one.name for one in made.packages],
        "file": [one.file.path for one in made.files],
        "user": made.ids["users"],
        "group": made.ids["groups"],
    }
    return {Node(kind, name) for kind, names in by_kind.items() for name in names}


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_thing_of_a_plan_is_reached_from_who_asked(example: str) -> None:
    made = planned(example)
    found = relations(made)
    reached = set(found.graph.reached(found.starts))
    assert {node for node in reached if node.kind not in {LINE, ORIGIN, "port"}} == things(made)


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_would_go_is_what_goes(example: str) -> None:
    """Each line that names a service is taken out, and the plans are compared."""
    made = planned(example)
    found = relations(made)
    lines = [name for name, asked in made.roots if asked.where]
    compared = 0
    for name in lines:
        (line,) = [one for one in found.starts if f"config.services[{name!r}]" in one.name]
        gone = {one for one in found.only_by(line) if one.kind != "port"}
        try:
            less = things(planned(example, without=name))
        except ConfigurationError:  # the rest makes no sense without it
            continue
        # A service that another refers to stays, under a name of its type's choice.
        renamed = {one for one in less - things(made) if one.kind == "service"}
        if not renamed:
            assert gone == things(made) - less, name
            compared += 1
    assert compared >= 2


def test_the_shortest_way_begins_at_the_users_line() -> None:
    found = relations(planned("hello"))
    way = found.path(Node("package", "dnsmasq-small"))
    assert [one.kind for one in way] == [LINE, "service", "package"]
    assert way[0].name.startswith("config.services['dns'] (")
    assert found.path(Node("symbol", "MIPS_MALTA"))[0] == Node(ORIGIN, "device qemu-mipsel")


def test_a_policy_is_named_where_nothing_else_asks() -> None:
    found = relations(planned("home"))
    assert found.path(Node("symbol", "NF_TABLES"))[0].name.startswith("config.services[")
    assert found.path(Node("symbol", "NF_NAT_FTP"))[0].name.startswith("config.kernel.modules")


@pytest.mark.parametrize(
    ("word", "there"),
    [
        ("CONFIG_NET", Node("symbol", "NET")),
        ("symbol:NET", Node("symbol", "NET")),
        ("nft-ct.ko", Node("kernel module", "nft_ct")),
        ("kernel-module:nft_ct", Node("kernel module", "nft_ct")),
        ("passwd", Node("file", "/etc/passwd")),
        ("tcp/22", Node("port", "tcp/22")),
        (":22", Node("port", "tcp/22")),
    ],
)
def test_words_for_a_thing(word: str, there: Node) -> None:
    assert relations(planned("home")).named(word) == (there,)


def test_libraries_are_reached_by_the_packages_that_load_them() -> None:
    binaries = (
        Binary(name="dnsmasq-base", version="1", size_bytes=5, packages=("dnsmasq-small",), libraries=("c", "n")),
        Binary(name="dropbear-bin", version="1", size_bytes=3, packages=("dropbear-small",), libraries=("c",)),
        Binary(name="c", version="1", size_bytes=100),
        Binary(name="n", version="1", size_bytes=7),
    )  # fmt: skip
    found = relations(planned("hello"), binaries)
    dnsmasq = Node("package", "dnsmasq-small")
    assert found.path(Node("library", "n"))[-2:] == (dnsmasq, Node("library", "n"))
    assert found.only_by(dnsmasq) == (Node("library", "n"),)
    assert found.named("dnsmasq-base") == (dnsmasq,)  # Debian's name of it


def test_ways_in_a_graph() -> None:
    graph: Graph[str] = Graph()
    graph.add("a", ["b", "c"])
    graph.add("b", ["d"])
    graph.add("c", ["d", "e"])
    graph.add("z", ["e"])
    assert graph.path(["a"], "d") == ("a", "b", "d")
    assert graph.path(["d"], "a") == ()
    assert set(graph.reached(["a"], without="c")) == {"a", "b", "d"}
    assert graph.turned().needs("d") == ("b", "c")
    assert set(graph.among({"a", "c", "e"})) == {"a", "c", "e"}
    assert graph.among({"a", "c", "e"}).path(["a"], "e") == ("a", "c", "e")
