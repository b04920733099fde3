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

    Nothing is fetched or built.
    """
    from liminix_gen import process  # noqa: PLC0415  not needed for --help
    from liminix_gen.plan import drawing  # noqa: PLC0415
    from liminix_gen.workflow.relate import find, relate  # noqa: PLC0415

    with story() as telling:
        options = common_options(context).steps(telling)
        related = relate(config, options, thing or "")
        relations = related.relations
        node = find(related, thing)[0] if thing else None
    if format_ is Format.HTML:
        written = drawing.page(relations, f"{related.plan.hostname} on {related.plan.device.name}")
    else:
        drawn = drawing.of_thing(relations, node) if node else drawing.of_services(relations)
        written = drawing.mermaid(drawn) if format_ is Format.MERMAID else drawing.dot(drawn)
    if format_ is Format.SVG:
        written = process.run(["dot", "-Tsvg"], input=written).stdout
    if output is None:
        typer.echo(written)
    else:
        with writing(output):
            output.write_text(written + "\n", encoding="utf-8")
