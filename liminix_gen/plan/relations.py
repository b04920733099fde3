"""What refers to what in an image, down from the lines that asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from attrs import field, frozen

from liminix_gen.graph import Graph, Node
from liminix_gen.model.image import Group, User
from liminix_gen.model.kernel import Asked
from liminix_gen.model.package_set import Binary
from liminix_gen.plan.accounts import GROUPS, USERS
from liminix_gen.plan.kernel import POLICY
from liminix_gen.plan.requests import Requests, port_of
from liminix_gen.plan.system import EVERY
from liminix_gen.plan.value import Plan

# What a thing is, in the order in which things are listed. The first two asked for the others.
LINE, ORIGIN = "line", "origin"
KINDS = (
    LINE,
    ORIGIN,
    "service",
    "loader",
    "kernel module",
    "symbol",
    "package",
    "library",
    "file",
    "user",
    "group",
    "port",
    "derivation",
    "store path",
)


@frozen(kw_only=True)
class Relations:
    """The things of an image: ``graph`` leads from what refers to what is referred to.

    Its starts are the lines of the configuration, and what asks without one: every image, the
    board. ``labels`` are the values of symbols and the types of services with their lines;
    ``aliases`` are things by what the package set calls them, ``sizes`` about what they take in an
    image.
    """

    graph: Graph[Node]
    labels: Mapping[Node, str]
    aliases: Mapping[str, tuple[Node, ...]]
    sizes: Mapping[Node, int] = field(factory=dict[Node, int])

    @property
    def starts(self) -> tuple[Node, ...]:
        """Those who asked, lines of the configuration first."""
        nodes = tuple(self.graph)
        return tuple(node for kind in (LINE, ORIGIN) for node in nodes if node.kind == kind)

    def named(self, thing: str) -> tuple[Node, ...]:
        """Return what somebody may mean by a word, in the order of KINDS.

        ``CONFIG_NET``, ``nf_tables.ko``, ``linux-6.12/foo.bin`` and ``:22`` are understood; a kind
        may stand before a name: ``symbol:NET``.
        """
        kind, colon, name = thing.partition(":")
        kind = kind.replace("-", " ")
        if colon and kind in KINDS:
            return tuple(node for node in self._named(name) if node.kind == kind)
        return self._named(thing)

    def _named(self, thing: str) -> tuple[Node, ...]:
        other = self.aliases.get(thing, ())
        found = (node for node in self.graph if node in other or thing in _spellings(node))
        return tuple(sorted(found, key=lambda node: (KINDS.index(node.kind), node.name)))

    def path(self, node: Node) -> tuple[Node, ...]:
        """Return the shortest way from a line to a thing; from what every image has without one."""
        for kind in (LINE, ORIGIN):
            way = self.graph.path((one for one in self.starts if one.kind == kind), node)
            if way:
                return way
        return (node,)

    def ways(self, *nodes: Node) -> Graph[Node]:
        """Return the part of the graph that leads to things."""
        return self.graph.among(self.graph.turned().reached(nodes))

    def only_by(self, node: Node, *, asked_for: Iterable[Node] = ()) -> tuple[Node, ...]:
        """Return what would not be in the image without a thing, in the order of KINDS.

        ``asked_for`` are starts that ask for all of it, and do not count.
        """
        starts = {*self.starts} - {node, *asked_for}
        left = self.graph.reached(starts, without=node)
        gone = (one for one in self.graph.reached((node,)) if one not in left and one != node)
        return tuple(sorted(gone, key=lambda one: (KINDS.index(one.kind), one.name)))

    def label(self, node: Node) -> str:
        """Return how a thing is shown."""
        if node.kind in {LINE, ORIGIN}:
            return node.name
        return f"{node.kind} {node.name}{self.labels.get(node, '')}"


def relations(plan: Plan, binaries: Sequence[Binary] = ()) -> Relations:
    """Return the relations of a plan; ``binaries`` are what its packages come to."""
    graph: Graph[Node] = Graph()
    labels: dict[Node, str] = {}
    for account in (*USERS, *GROUPS):
        graph.add(_asker(EVERY), _accounts(account))
    for name, asked in plan.roots:
        graph.add(_asker(asked), (Node("service", name),))
    for member in plan.members:
        node = Node("service", member.name)
        own = member.requests
        labels[node] = f" ({own.described[0][1]})"
        graph.add(node, (Node("service", name) for name in member.refers))
        of_parts = {package for part in own.services for package in part.packages}
        for part in own.services:
            siblings = (name for name in part.needs if name.startswith(f"{member.name}."))
            graph.add(node, (Node("service", part.name),) if part.name != member.name else ())
            graph.add(Node("service", part.name), (Node("service", name) for name in siblings))
            graph.add(Node("service", part.name), (Node("package", one) for one in part.packages))
        graph.add(
            node,
            (
                other
                for other, _ in _things(own)
                if other.kind != "package" or other.name not in of_parts
            ),
        )
        _add_modules(graph, own)
    for other, asked in _things(plan.besides):
        graph.add(_asker(asked), (other,))
    for planned in plan.files:
        node = Node("file", planned.file.path)
        if node not in graph:
            graph.add(_asker(planned.asked), (node,))
        graph.add(node, (Node("package", package) for package in sorted(planned.file.packages)))
    for symbol in plan.symbols:
        labels[Node("symbol", symbol.name)] = f"={symbol.value}"
    nodes = nodes_of(binaries)
    for one in binaries:
        for node in nodes[one.name]:
            graph.add(node, (other for name in one.libraries for other in nodes.get(name, ())))
    return Relations(graph=graph, labels=labels, aliases=nodes)


def _asker(asked: Asked) -> Node:
    # A policy asks for what others might: who needs a thing comes first.
    return Node(LINE if asked.where and asked.by != POLICY else ORIGIN, str(asked))


def _things(requests: Requests) -> Iterator[tuple[Node, Asked]]:
    """Yield what is asked for that has a name of its own."""
    for loader, asked in requests.loaders:
        yield Node("loader", loader.name), asked
    of_modules = [one.symbols for loader, _ in requests.loaders for one in loader.modules]
    for symbols, asked in requests.symbols:
        if not any(symbols is one for one in of_modules):
            for name in symbols:
                yield Node("symbol", name), asked
    for package, asked in requests.packages:
        yield Node("package", package.name), asked
    for account, asked in requests.accounts:
        yield from ((node, asked) for node in _accounts(account))
    for existing, asked in requests.existing:
        yield Node(existing.kind, existing.name), asked
    for file, asked in requests.files:
        yield Node("file", file.path), asked
    for claimed in requests.claims:
        if port := port_of(claimed):
            yield Node("port", port), claimed.asked


def _accounts(account: User | Group) -> Iterator[Node]:
    """Yield a group, or a user with the one that it is first of all in."""
    if isinstance(account, User):
        yield Node("user", account.name)
    yield Node("group", (account.group if isinstance(account, User) else None) or account.name)


def _add_modules(graph: Graph[Node], requests: Requests) -> None:
    for loader, _ in requests.loaders:
        node = Node("loader", loader.name)
        for module in loader.modules:
            graph.add(node, (Node("kernel module", module.name),))
            symbols = (Node("symbol", name) for name in module.symbols)
            graph.add(Node("kernel module", module.name), symbols)


def nodes_of(binaries: Iterable[Binary]) -> Mapping[str, tuple[Node, ...]]:
    """Return what each binary is in a plan: the packages that asked for it, or a library."""
    return {
        one.name: tuple(Node("package", name) for name in one.packages)
        or (Node("library", one.name),)
        for one in binaries
    }


def _spellings(node: Node) -> frozenset[str]:
    match node.kind:
        case "symbol":
            return frozenset({node.name, f"CONFIG_{node.name}"})
        case "kernel module":
            words = {node.name, node.name.replace("-", "_"), node.name.replace("_", "-")}
            return frozenset({*words, *(f"{word}.ko" for word in words)})
        case "file":
            return frozenset({node.name, *_ends(node.name)})
        case "port":
            number = node.name.partition("/")[2]
            return frozenset({node.name, f":{number}"})
        case _:
            return frozenset({node.name})


def _ends(path: str) -> Iterator[str]:
    """Yield the last words of a path: it may be named by as few as are clear."""
    parts = PurePosixPath(path).parts[1:]
    return ("/".join(parts[start:]) for start in range(len(parts)))
