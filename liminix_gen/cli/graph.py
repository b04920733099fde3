"""`liminix-gen graph`: a picture of what refers to what in an image."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from liminix_gen.cli.options import Configuration, common_options
from liminix_gen.cli.story import story
from liminix_gen.errors import writing


class Format(StrEnum):
    """What a picture is written as."""

    DOT = "dot"
    MERMAID = "mermaid"
    SVG = "svg"
    HTML = "html"


def graph(
    context: typer.Context,
    config: Configuration,
    thing: Annotated[
        str | None,
        typer.Argument(
            metavar="[THING]", help="Draw only what leads to it, as `why` takes its name."
        ),
    ] = None,
    format_: Annotated[
        Format,
        typer.Option("--format", help="svg needs Graphviz; html is a page with everything."),
    ] = Format.DOT,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Default: standard output."),
    ] = None,
) -> None:
    """Draw the services of an image and what each refers to.

    Of many services, those that are alike are drawn as one. Of several things with the name THING,
    all are drawn. Nothing is fetched or built.
    """
    from attrs import evolve  # noqa: PLC0415  not needed for --help

    from liminix_gen import files, process  # noqa: PLC0415
    from liminix_gen.plan import drawing  # noqa: PLC0415
    from liminix_gen.workflow.relate import find, relate  # noqa: PLC0415

    with story() as telling:
        options = common_options(context).steps(telling)
        related = relate(config, options, thing or "")
        relations = related.relations
        nodes = find(related, thing) if thing else ()
    if format_ is Format.HTML:
        title = f"{related.plan.hostname} on {related.plan.device.name}"
        if nodes:
            relations = evolve(relations, graph=relations.ways(*nodes))
            title = f"{thing} in {title}"
        written = drawing.page(relations, title)
    else:
        drawn = drawing.of_things(relations, nodes) if nodes else drawing.of_services(relations)
        written = drawing.mermaid(drawn) if format_ is Format.MERMAID else drawing.dot(drawn)
    if format_ is Format.SVG:
        written = process.run(["dot", "-Tsvg"], input=written).stdout
    if output is None:
        typer.echo(written)
    else:
        with writing(output):
            files.write(output, f"{written}\n".encode(errors="backslashreplace"))
