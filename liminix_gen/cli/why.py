"""`liminix-gen why`: the way from a line of a configuration to anything in its image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, cast

import typer

from liminix_gen import text
from liminix_gen.cli.options import Configuration, Json, common_options, print_json
from liminix_gen.cli.story import story
from liminix_gen.errors import printable

if TYPE_CHECKING:
    from liminix_gen.cli.answers import Explained, Thing
    from liminix_gen.graph import Graph, Node
    from liminix_gen.plan.relations import Relations


def why(
    context: typer.Context,
    config: Configuration,
    thing: Annotated[
        str,
        typer.Argument(
            help="A service, kernel module, symbol, package, library, file, user, group, port "
            "(tcp/22) or path of the store. A kind may stand before it: symbol:NET.",
        ),
    ],
    *,
    every: Annotated[bool, typer.Option("--all", help="Show every way, as a tree.")] = False,
    reverse: Annotated[
        bool, typer.Option("--reverse", help="Show what would not be in the image without it.")
    ] = False,
    json: Json = False,
) -> None:
    """Say why something is in the image: the way to it from a line of the configuration.

    Nothing is fetched or built. For a path of the store, the tree is evaluated.
    """
    from liminix_gen.workflow.relate import find, relate  # noqa: PLC0415  not needed for --help

    with story() as telling:
        options = common_options(context).steps(telling)
        related = relate(config, options, thing)
        nodes = find(related, thing)
    relations = related.relations
    if json:
        print_json([_described(relations, node, every, reverse) for node in nodes])
        return
    blocks = [
        _gone(relations, node) if reverse else _ways(relations, node, every) for node in nodes
    ]
    typer.echo(printable("\n\n".join("\n".join(lines) for lines in blocks)))


def _ways(relations: Relations, node: Node, every: bool) -> Iterator[str]:
    ways = relations.ways(node)
    askers = ways.turned()
    if every:
        yield relations.label(node)
        yield from _tree(relations, askers, node, "", {node})
        return
    way = relations.path(node)
    for depth, one in enumerate(way):
        yield f"{'   ' * (depth - 1)}{'└─ ' if depth else ''}{relations.label(one)}"
    others = [relations.label(one) for one in ways if one != way[0] and not askers.needs(one)]
    if others:
        more = f" and {len(others) - 2} more" if len(others) > 2 else ""
        yield f"also from {', '.join(others[:2])}{more}; --all shows every way"


def _tree(
    relations: Relations, askers: Graph[Node], node: Node, indent: str, shown: set[Node]
) -> Iterator[str]:
    """Yield what refers to a thing, and to that; a thing's own is shown once."""
    others = askers.needs(node)
    for other in others:
        last = other == others[-1]
        above = askers.needs(other)
        again = other in shown and above
        yield f"{indent}{'└─ ' if last else '├─ '}{relations.label(other)}{' ...' if again else ''}"
        if not again:
            shown.add(other)
            yield from _tree(relations, askers, other, indent + ("   " if last else "│  "), shown)


def _gone(relations: Relations, node: Node) -> Iterator[str]:
    """Yield what is in the image for a thing alone."""
    only = relations.only_by(node)
    size = sum(relations.sizes.get(one, 0) for one in (node, *only))
    cost = f", about {text.size(size)} of a squashfs" if size else ""
    if not only:
        yield f"without {relations.label(node)}, nothing else would go{cost}"
        return
    yield f"without {relations.label(node)}, {text.count(len(only), 'thing')} would go{cost}"
    rows = [
        (one.kind, one.name, text.size(relations.sizes[one]) if one in relations.sizes else "")
        for one in only
    ]
    yield text.columns(rows, indent="  ")


def _described(relations: Relations, node: Node, every: bool, reverse: bool) -> Explained:
    def shown(one: Node) -> Thing:
        thing: Thing = {"kind": one.kind, "name": one.name, "label": relations.label(one)}
        if one in relations.sizes:
            thing["size_bytes"] = relations.sizes[one]
        return thing

    path = [shown(one) for one in relations.path(node)]
    described = cast("Explained", {**shown(node), "path": path})
    if every:
        ways = relations.ways(node)
        nodes = list(ways)
        number = {one: index for index, one in enumerate(nodes)}
        described["nodes"] = [shown(one) for one in nodes]
        described["edges"] = [
            [number[one], number[other]] for one in nodes for other in ways.needs(one)
        ]
    if reverse:
        described["only_by"] = [shown(one) for one in relations.only_by(node)]
    return described
