"""`liminix-gen init`: a first configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen.cli.options import common_options
from liminix_gen.errors import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liminix_gen.catalog import Catalog
    from liminix_gen.model.device import Device


def init(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="[FILE]", help="Where the configuration goes.")
    ] = Path("router.py"),
    device: Annotated[
        str | None,
        typer.Option("--device", metavar="NAME", help="The board; otherwise one that QEMU has."),
    ] = None,
) -> None:
    """Write a first configuration, with comments.

    A file that exists is never overwritten.
    """
    from liminix_gen.catalog import share_folder  # noqa: PLC0415  not needed for --help
    from liminix_gen.errors import ConfigurationError, Problem  # noqa: PLC0415

    first = (share_folder() / "templates" / "flake" / "router.py").read_text(encoding="utf-8")
    runs = True
    if device is not None:
        catalog = common_options(context).catalog()
        board = catalog.device(device)
        first, runs = _for(board, catalog, first), board.qemu is not None
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
    then = f"{'run' if runs else 'build'} {shown}"
    typer.echo(f"next: liminix-gen check {shown}, then liminix-gen {then}", err=True)


def _for(board: Device, catalog: Catalog, first: str) -> str:
    """Return the configuration for a board: its name and its ports in place of QEMU's."""
    from liminix_gen import boards  # noqa: PLC0415  not needed for --help

    ports = boards.Interfaces.of(board, catalog).names
    port = "lan" if "lan" in ports else next(iter(ports))
    before, _, after = first.partition("# The board:")
    _, _, after = after.partition("\n")
    return (
        f"{before}# {board.description}: `liminix-gen devices {board.name}`\n{after}".replace(
            '"qemu-mipsel"', f'"{board.name}"'
        )
        .replace('network_interfaces["lan"]', f'network_interfaces["{port}"]')
        .replace("# An address on the port that the board calls lan.", _ports(ports, port))
    )


def _ports(ports: Mapping[str, str], port: str) -> str:
    """Return the comment that names the ports of a board."""
    return f"# An address on the port {port}. The board has {', '.join(ports)}."
