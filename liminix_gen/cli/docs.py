"""`liminix-gen docs`: what is made from the models for those who read, and for their editors."""

from __future__ import annotations

from collections.abc import Iterator
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen import files
from liminix_gen.cli.options import common_options
from liminix_gen.errors import ConfigurationError, Problem, writing

if TYPE_CHECKING:
    from liminix_gen.catalog import Catalog


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
    schemas: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write JSON Schemas to DIR: of configurations that are data, of manifest.json, "
            "and of what commands print with --json.",
        ),
    ] = None,
) -> None:
    """Write the reference, stubs for editors and type checkers, or JSON Schemas.

    Service types, boards and outputs of your own are in them (--modules, --devices, --outputs).
    """
    if output is None and stubs is None and schemas is None:
        hint = "add -o DIR for the reference, --stubs DIR for stubs, --schemas DIR for schemas"
        raise ConfigurationError(Problem(None, "there is nothing to write", hint=hint))
    catalog = common_options(context).catalog()
    if output is not None:
        from liminix_gen import proof  # noqa: PLC0415  not needed for --help
        from liminix_gen.cli import manual  # noqa: PLC0415
        from liminix_gen.docs import reference  # noqa: PLC0415

        pages = reference.pages(catalog, proof.load(proof.proof_file()))
        for name, text in {**pages, "commands.md": manual.markdown()}.items():
            _write(output / name, text)
    if stubs is not None:
        from liminix_gen.docs import stubs as stub_texts  # noqa: PLC0415

        with writing(stubs):
            written = stub_texts.write(catalog, stubs)
        for path in written:
            typer.echo(path)
    if schemas is not None:
        for name, schema in _schemas(catalog):
            _write(schemas / name, dumps(schema, indent=1) + "\n")


def _schemas(catalog: Catalog) -> Iterator[tuple[str, object]]:
    from liminix_gen.cli import answers  # noqa: PLC0415  not needed for --help
    from liminix_gen.docs import schema, shapes  # noqa: PLC0415
    from liminix_gen.nix.manifest import Manifest, Origin  # noqa: PLC0415

    yield "configuration.json", schema.configuration(catalog)
    yield "manifest.json", shapes.schema(Manifest, "manifest.json of a tree", more=Origin)
    for command, shape in answers.BY_COMMAND.items():
        name = command.replace(" ", "-").replace("--", "")
        yield f"{name}.json", shapes.schema(shape, f"What `liminix-gen {command} --json` prints")


def _write(path: Path, text: str) -> None:
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, text.encode(errors="backslashreplace"))
    typer.echo(path)
