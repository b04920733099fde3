"""`liminix-gen docs`: what is made from the models for those who read, and for their editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from liminix_gen.cli.options import common_options
from liminix_gen.errors import ConfigurationError, Problem


def docs(
    context: typer.Context,
    stubs: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write stubs with the service types and boards of --modules and --devices to "
            "DIR: `typings` for Pyright and its editors, site-packages for mypy.",
        ),
    ] = None,
) -> None:
    """Write stubs for editors and type checkers."""
    if stubs is None:
        raise ConfigurationError(Problem(None, "there is nothing to write", hint="add --stubs DIR"))
    from liminix_gen.docs import stubs as stub_texts  # noqa: PLC0415  not needed for --help

    for path in stub_texts.write(common_options(context).catalog(), stubs):
        typer.echo(path)
