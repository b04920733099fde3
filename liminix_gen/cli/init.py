"""`liminix-gen init`: a first configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from liminix_gen.errors import printable


def init(
    file: Annotated[
        Path, typer.Argument(metavar="[FILE]", help="Where the configuration goes.")
    ] = Path("router.py"),
) -> None:
    """Write a first configuration, with comments.

    A file that exists is never overwritten.
    """
    from liminix_gen.catalog import share_folder  # noqa: PLC0415  not needed for --help
    from liminix_gen.errors import ConfigurationError, Problem  # noqa: PLC0415

    first = (share_folder() / "templates" / "flake" / "router.py").read_text(encoding="utf-8")
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(first)
    except FileExistsError:
        problem = Problem(str(file), "exists already", hint="choose another name")
        raise ConfigurationError(problem) from None
    except OSError as error:
        if file.is_file() and file.stat().st_size == 0:  # the disk was full
            file.unlink()
        raise ConfigurationError(Problem(str(file), error.strerror or str(error))) from None
    shown = printable(str(file))
    typer.echo(shown)
    typer.echo(f"next: liminix-gen check {shown}, then liminix-gen run {shown}", err=True)
