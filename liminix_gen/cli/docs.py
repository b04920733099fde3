"""`liminix-gen docs`: what is made from the models for those who read, and for their editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from liminix_gen.cli.options import common_options
from liminix_gen.errors import ConfigurationError, Problem, writing


def docs(
    context: typer.Context,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Write the reference to DIR: service types, boards, outputs, options of a "
            "configuration, commands; as Markdown.",
        ),
    ] = None,
    stubs: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write stubs to DIR: `typings` for Pyright and its editors, site-packages for "
            "mypy.",
        ),
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write the JSON Schema of configurations that are data to FILE."
        ),
    ] = None,
) -> None:
    """Write the reference, stubs for editors and type checkers, or a JSON Schema.

    Service types, boards and outputs of your own are in them (--modules, --devices, --outputs).
    """
    if output is None and stubs is None and schema is None:
        hint = "add -o DIR for the reference, --stubs DIR for stubs, --schema FILE for a schema"
        raise ConfigurationError(Problem(None, "there is nothing to write", hint=hint))
    catalog = common_options(context).catalog()
    if output is not None:
        from liminix_gen import proof  # noqa: PLC0415  not needed for --help
        from liminix_gen.cli import manual  # noqa: PLC0415
        from liminix_gen.docs import reference  # noqa: PLC0415

        pages = reference.pages(catalog, proof.load(proof.proof_file()))
        for name, text in {**pages, "commands.md": manual.markdown()}.items():
            path = output / name
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            typer.echo(path)
    if stubs is not None:
        from liminix_gen.docs import stubs as stub_texts  # noqa: PLC0415

        with writing(stubs):
            written = stub_texts.write(catalog, stubs)
        for path in written:
            typer.echo(path)
    if schema is not None:
        from json import dumps  # noqa: PLC0415  not needed for --help

        from liminix_gen.docs.schema import configuration  # noqa: PLC0415

        with writing(schema):
            schema.write_text(dumps(configuration(catalog), indent=1) + "\n", encoding="utf-8")
        typer.echo(schema)
