"""`liminix-gen devices`: the boards, and what was seen of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen import text
from liminix_gen.cli.options import Json, common_options, loadable
from liminix_gen.errors import DefinitionError

if TYPE_CHECKING:
    from liminix_gen.catalog import Catalog
    from liminix_gen.model.device import Device
    from liminix_gen.proof import Standing


def devices(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One board, with how to install on it.")
    ] = None,
    json: Json = False,
) -> None:
    """List the boards, or describe one.

    PROVEN says what was seen, and when; stale: the board has changed since, or a service type that
    was in the image.
    """
    catalog = common_options(context).catalog()
    found, wrong = loadable(catalog.device, [name] if name is not None else list(catalog.devices))
    boards = list(found.values())
    standings = _standings(catalog)
    if json:
        from json import dumps  # noqa: PLC0415

        described = [_described(board, standings[board.name]) for board in boards]
        typer.echo(dumps(described if name is None else described[0], indent=2))
    elif name is None:
        rows = [("DEVICE", "DESCRIPTION", "PACKAGE SETS", "PROVEN")]
        rows += [
            (board.name, board.description, ", ".join(_sets(board)), _told(standings[board.name]))
            for board in boards
        ]
        typer.echo(text.columns(rows))
    else:
        _print(boards[0], standings[name])
    if wrong:
        raise DefinitionError(*wrong)


def _standings(catalog: Catalog) -> dict[str, Standing | None]:
    from liminix_gen import proof  # noqa: PLC0415  not needed for --help

    proofs = proof.load(proof.proof_file())
    return {board: proof.standing(catalog, board, proofs) for board in catalog.devices}


def _told(standing: Standing | None) -> str:
    return str(standing) if standing else "nothing yet"


def _sets(board: Device) -> tuple[str, ...]:
    from liminix_gen import package_sets  # noqa: PLC0415  not needed for --help

    return tuple(one.name for one in package_sets.serving(board))


def _print(board: Device, standing: Standing | None) -> None:
    typer.echo(f"{board.name}: {board.description}\n")
    from liminix_gen import package_sets  # noqa: PLC0415  not needed for --help

    rows = [
        ("package sets", ", ".join(_sets(board))),
        *(row for one in package_sets.every() for row in one.facts(board)),
        ("kernel", _kernel(board)),
        ("images", ", ".join(sorted(board.outputs))),
        ("proven", _told(standing)),
    ]
    if standing:
        rows.append(("by", standing.proof.command))
    if board.qemu:
        rows.append(("QEMU", board.qemu.executable))
    typer.echo(text.columns(rows))
    if board.about:
        typer.echo(f"\n{board.about.strip()}")
    if board.install:
        typer.echo(f"\nINSTALLATION\n\n{board.install.strip()}")


def _kernel(board: Device) -> str:
    return f"{board.kernel.source}, {board.kernel.architecture}"


def _described(board: Device, standing: Standing | None) -> dict[str, object]:
    from liminix_gen import package_sets  # noqa: PLC0415  not needed for --help

    known = {
        name: fact for one in package_sets.every() for name, fact in one.described(board).items()
    }
    return {
        "name": board.name,
        "description": board.description,
        "architecture": board.kernel.architecture,
        "kernel": board.kernel.source,
        "package_sets": list(_sets(board)),
        **known,
        "qemu": board.qemu.executable if board.qemu else None,
        "outputs": sorted(board.outputs),
        "default_output": board.default_output,
        "about": board.about,
        "install": board.install,
        "proven": {
            "level": standing.proof.level,
            "date": standing.proof.date,
            "command": standing.proof.command,
            "stale": standing.stale,
        }
        if standing
        else None,
    }
