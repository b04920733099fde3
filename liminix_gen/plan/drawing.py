"""The relations of an image as a picture: services first, what each brings in a few words."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from liminix_gen import text
from liminix_gen.graph import Graph, Node
from liminix_gen.plan.relations import KINDS, LINE, ORIGIN, Relations

# What a label says of a service. Of several kernel modules or packages it has the number.
_SHOWN = ("kernel module", "package", "file", "user", "port")
# With more services than that, those that are alike are one node with their number.
_EACH = 40
_SHAPES = {LINE: "note", ORIGIN: "note", "service": "box", "symbol": "plain"}


@frozen
class Drawing:
    """What is drawn: things with what refers to what, and the lines of text in each."""

    graph: Graph[Node]
    labels: Mapping[Node, tuple[str, ...]]


def of_services(relations: Relations) -> Drawing:
    """Draw the services and what each refers to; what is not a service is counted in its label.

    An edge that others already make is left out. Services of every image to which nothing refers
    are one node, and of very many so are those that are alike.
    """
    services = [node for node in relations.labels if node.kind == "service"]
    own = {node: _own(relations, node, frozenset(services)) for node in services}
    graph: Graph[Node] = Graph()
    for node in services:
        graph.add(node, (one for one in own[node] if one in own and one != node))
    labels = {node: _label(relations, node, own[node]) for node in services}
    drawing = _folded(graph, relations, labels)
    return drawing if len(services) <= _EACH else _collapsed(drawing, relations)


def of_things(relations: Relations, nodes: Iterable[Node]) -> Drawing:
    """Draw all ways that lead to some things."""
    graph = relations.ways(*nodes)
    return Drawing(graph.reduced(), {one: (relations.label(one),) for one in graph})


def _own(relations: Relations, service: Node, services: frozenset[Node]) -> tuple[Node, ...]:
    """Return what a service refers to itself: not by way of another service."""
    found: dict[Node, None] = {}
    waiting = [service]
    while waiting:
        for other in relations.graph.needs(waiting.pop()):
            if other not in found:
                found[other] = None
                if other not in services:
                    waiting.append(other)
    return tuple(found)


def _label(relations: Relations, node: Node, own: Iterable[Node]) -> tuple[str, ...]:
    type_ = _type(relations, node)
    lines = [node.name if type_ == node.name else f"{node.name} ({type_})"]
    for kind in _SHOWN:
        names = sorted(one.name for one in own if one.kind == kind)
        if kind == "port" or len(names) == 1:
            lines += [f"{kind} {name}" for name in names]
        elif names:
            lines.append(text.count(len(names), kind))
    return tuple(lines)


def _type(relations: Relations, service: Node) -> str:
    return relations.labels.get(service, "").strip(" ()").partition(" ")[0]


def _folded(
    graph: Graph[Node], relations: Relations, labels: Mapping[Node, tuple[str, ...]]
) -> Drawing:
    every = Node(ORIGIN, "every image")
    askers = graph.turned()
    alone = {
        node for node in relations.graph.needs(every) if node in graph and not askers.needs(node)
    }
    if len(alone) < 2:
        return Drawing(graph.reduced(), labels)
    folded: Graph[Node] = Graph()
    for node in graph:
        place = every if node in alone else node
        folded.add(place, (one for one in graph.needs(node) if one not in alone))
    names = tuple(sorted(node.name for node in alone))
    return Drawing(folded.reduced(), {**labels, every: (every.name, *names)})


def _collapsed(drawing: Drawing, relations: Relations) -> Drawing:
    """Make services of a type that refer to the same, and are referred to by the same, one node."""
    alike: dict[object, list[Node]] = {}
    for node, colour in _colours(drawing.graph, relations).items():
        alike.setdefault(colour, []).append(node)
    first = {node: nodes[0] for nodes in alike.values() for node in nodes}
    graph: Graph[Node] = Graph()
    for node in drawing.graph:
        graph.add(first[node], (first[other] for other in drawing.graph.needs(node)))
    labels = {
        nodes[0]: drawing.labels[nodes[0]]
        if len(nodes) == 1
        else _label_of_several(drawing, nodes, _type(relations, nodes[0]))
        for nodes in alike.values()
    }
    return Drawing(graph.reduced(), labels)


def _colours(graph: Graph[Node], relations: Relations) -> Mapping[Node, object]:
    """Return a colour for each node: the same for those of a type with neighbours of the same."""
    askers = graph.turned()
    colours: dict[Node, object] = {node: _type(relations, node) or node for node in graph}
    while True:
        around = {
            node: (
                colours[node],
                frozenset(colours[one] for one in graph.needs(node)),
                frozenset(colours[one] for one in askers.needs(node)),
            )
            for node in graph
        }
        numbers = {colour: number for number, colour in enumerate(dict.fromkeys(around.values()))}
        refined = {node: numbers[colour] for node, colour in around.items()}
        if len(numbers) == len(set(colours.values())):
            return refined
        colours = dict(refined)


def _label_of_several(drawing: Drawing, nodes: Sequence[Node], type_: str) -> tuple[str, ...]:
    """Return their number and type, some names, and what each of them brings."""
    brought = drawing.labels[nodes[0]][1:]
    common = [line for line in brought if all(line in drawing.labels[one] for one in nodes)]
    names = ", ".join(node.name for node in nodes[:3])
    more = f" and {len(nodes) - 3} more" if len(nodes) > 3 else ""
    return (f"{len(nodes)} of {type_}", f"{names}{more}", *common)


def dot(drawing: Drawing) -> str:
    """Return a drawing in the language of Graphviz."""
    numbers = {node: f"n{number}" for number, node in enumerate(drawing.graph)}

    def quoted(line: str) -> str:
        return line.replace("\\", "\\\\").replace('"', '\\"')

    lines = ["digraph {", "  rankdir=LR; node [fontname=sans, fontsize=10]; edge [color=gray40];"]
    for node, number in numbers.items():
        label = "\\n".join(map(quoted, drawing.labels[node]))
        shape = _SHAPES.get(node.kind, "ellipse")
        lines.append(f'  {number} [label="{label}", shape={shape}];')
    lines += [f"  {one} -> {other};" for one, other in _edges(drawing, numbers)]
    return "\n".join([*lines, "}"])


def mermaid(drawing: Drawing) -> str:
    """Return a drawing in the language of Mermaid, as Markdown pages show it."""
    numbers = {node: f"n{number}" for number, node in enumerate(drawing.graph)}
    lines = ["flowchart LR"]
    for node, number in numbers.items():
        # Mermaid has entities without their ampersand.
        escaped = [
            html.escape(line).replace("&#x27;", "'").replace("&", "#")
            for line in drawing.labels[node]
        ]
        lines.append(f'  {number}["{"<br>".join(escaped)}"]')
    lines += [f"  {one} --> {other}" for one, other in _edges(drawing, numbers)]
    return "\n".join(lines)


def _edges(drawing: Drawing, numbers: Mapping[Node, str]) -> Iterator[tuple[str, str]]:
    for node in drawing.graph:
        for other in drawing.graph.needs(node):
            yield numbers[node], numbers[other]


_STYLE = (
    "body{font:15px sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "input{font:inherit;width:100%;padding:.4em;box-sizing:border-box}"
    "summary{cursor:pointer;padding:.15em 0}details details{margin-left:1.2em}"
    "p{margin:.2em 0 .2em 1.2em}:target>summary{background:#fe9}"
)
# Shows what has the words that are typed, and opens what a link leads to.
_SCRIPT = """
const all = [...document.querySelectorAll("details.thing")];
document.querySelector("input").addEventListener("input", (event) => {
  const word = event.target.value.toLowerCase();
  for (const one of all) one.hidden = !one.dataset.name.includes(word);
  for (const group of document.querySelectorAll("details.kind")) {
    const found = group.querySelectorAll("details.thing:not([hidden])").length;
    const summary = group.querySelector("summary");
    summary.textContent = word === "" ? summary.title : `${found} of ${summary.title}`;
    group.hidden = found === 0;
    group.open = word !== "" || group.dataset.kind === "service";
  }
});
const open = () => {
  for (let one = document.querySelector(":target"); one; one = one.parentElement)
    if (one.tagName === "DETAILS") one.open = true;
};
addEventListener("hashchange", open);
open();
"""


def page(relations: Relations, title: str) -> str:
    """Return a page of HTML with all things, folded, to be searched; it loads nothing."""
    turned = relations.graph.turned()
    numbers = {node: f"n{number}" for number, node in enumerate(relations.graph)}
    order = ("service", *(kind for kind in KINDS if kind != "service"))

    def linked(word: str, nodes: Iterable[Node]) -> str:
        links = ", ".join(
            f'<a href="#{numbers[one]}">{html.escape(relations.label(one))}</a>' for one in nodes
        )
        return f"<p>{word} {links}</p>" if links else ""

    def things(kind: str) -> Iterator[str]:
        for node in sorted((one for one in relations.graph if one.kind == kind), key=str):
            size = relations.sizes.get(node)
            shown = html.escape(relations.label(node)) + (f", {text.size(size)}" if size else "")
            name = html.escape(relations.label(node).lower(), quote=True)
            yield f'<details class="thing" id="{numbers[node]}" data-name="{name}">'
            yield f"<summary>{shown}</summary>"
            yield linked("refers to", relations.graph.needs(node))
            yield linked("asked for by", turned.needs(node)) + "</details>"

    lines = [
        "<!doctype html>",
        f'<html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>',
        f"<style>{_STYLE}</style><h1>{html.escape(title)}</h1>",
        '<p><input type="search" placeholder="search" autofocus></p>',
    ]
    for kind in order:
        if members := list(things(kind)):
            is_open = " open" if kind == "service" else ""
            count = sum(one.kind == kind for one in relations.graph)
            lines.append(f'<details class="kind" data-kind="{kind}"{is_open}>')
            counted = text.count(count, kind)
            lines += [f'<summary title="{counted}">{counted}</summary>', *members, "</details>"]
    return "\n".join([*lines, f"<script>{_SCRIPT}</script></html>"])
