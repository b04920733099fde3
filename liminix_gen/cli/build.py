"""`liminix-gen build`: from a configuration to images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen.cli.options import Configuration, Json, common_options, completing, print_json
from liminix_gen.cli.story import story
from liminix_gen.errors import printable

if TYPE_CHECKING:
    from liminix_gen.cli.answers import BuiltOutput


def build(
    context: typer.Context,
    config: Configuration,
    output: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="What to build; may be repeated. Default: the board's.",
            autocompletion=completing("outputs"),
        ),
    ] = None,
    out_link: Annotated[
        Path,
        typer.Option("--out-link", "-o", metavar="LINK", help="The link to what is built."),
    ] = Path("result"),
    json: Json = False,
) -> None:
    """Build the images of a configuration."""
    from liminix_gen import text  # noqa: PLC0415  not needed for --help
    from liminix_gen.workflow.build import make  # noqa: PLC0415
    from liminix_gen.workflow.load import load  # noqa: PLC0415

    with story() as telling:
        options = common_options(context).steps(telling)
        made = make(load(config, options), options, outputs=tuple(output or ()), link=out_link)
    sized = [
        (built, {name: file.stat().st_size for name, file in files.items()})
        for built, files in zip(made.outputs, made.files, strict=True)
    ]
    if json:
        results: list[BuiltOutput] = [
            {
                "output": built.name,
                "path": str(built.path),
                "link": str(built.link),
                "files": sizes,
            }
            for built, sizes in sized
        ]
        print_json(results)
        return
    for built, sizes in sized:
        typer.echo(printable(f"{built.name}: {built.link} -> {built.path}"))
        rows = [(name, text.size(size_bytes)) for name, size_bytes in sizes.items()]
        typer.echo(text.columns(rows, indent="  "))
