"""`liminix-gen devices`: the boards, and what was seen of each."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen import text
from liminix_gen.cli.options import Json, common_options, completing, loadable, print_json
from liminix_gen.errors import ConfigurationError, DefinitionError, Problem, suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liminix_gen.catalog import Catalog
    from liminix_gen.cli.answers import DescribedBoard, Proven
    from liminix_gen.model.device import Device
    from liminix_gen.proof import Proof, Standing


# What a terminal has at least, and what is assumed where there is none.
_COLUMNS = 80
# Longer lines are hard to read.
_MOST_COLUMNS = 100


def devices(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="One board, or a word to look for: glinet, NAND.",
            autocompletion=completing("devices"),
        ),
    ] = None,
    json: Json = False,
) -> None:
    """List the boards, or describe one.

    NAME may be a word of what is said of boards: glinet, NAND, ramips, "5 GHz". PROVEN says what
    was seen, and when; stale: the board has changed since, or a service type that was in the image.
    """
    catalog = common_options(context).catalog()
    names = _found(name, catalog) if name is not None else tuple(catalog.devices)
    found, wrong = loadable(catalog.device, list(names))
    boards = list(found.values())
    from liminix_gen import proof  # noqa: PLC0415  not needed for --help
    from liminix_gen.catalog import is_project  # noqa: PLC0415  not needed for --help

    # Another board of the same name is another board.
    proofs = [
        one
        for one in proof.load(proof.proof_file())
        if one.board in catalog.devices and is_project(catalog.devices[one.board])
    ]
    standings = proof.standings(catalog, found, proofs)
    if json:
        described = [_described(board, catalog, standings[board.name]) for board in boards]
        print_json(described[0] if name in names else described)
    elif name is not None and len(boards) == 1:
        _print(boards[0], catalog, proofs, standings[boards[0].name])
    else:
        typer.echo(_list(boards, standings))
    if wrong:
        raise DefinitionError(*wrong)


def _found(word: str, catalog: Catalog) -> tuple[str, ...]:
    """Return the board of a name, or those that a word is found in."""
    if word in catalog.devices:
        return (word,)
    from liminix_gen.boards import matching  # noqa: PLC0415  not needed for --help

    if found := matching(word, catalog):
        return found
    hint = suggestion(word, catalog.devices) or "`liminix-gen devices` lists them"
    raise ConfigurationError(Problem(None, f"no board matches {word!r}", hint=hint))


def _list(boards: list[Device], standings: dict[str, Standing | None]) -> str:
    rows = [("DEVICE", "PROVEN", "DESCRIPTION")]
    rows += [(one.name, _told(standings[one.name]), one.description) for one in boards]
    used = sum(max(len(row[column]) for row in rows) + 2 for column in (0, 1))
    room = _columns() - used
    return text.columns([(*row[:2], text.shortened(row[2], room)) for row in rows])


def _columns() -> int:
    return max(shutil.get_terminal_size((_COLUMNS, 0)).columns, _COLUMNS)


def _told(standing: Standing | None) -> str:
    return str(standing) if standing else "nothing yet"


def _print(
    board: Device, catalog: Catalog, proofs: Sequence[Proof], standing: Standing | None
) -> None:
    from liminix_gen import boards  # noqa: PLC0415  not needed for --help

    width = min(_columns(), _MOST_COLUMNS)
    typer.echo(text.paragraphs(f"{board.name}: {board.description}", width) + "\n")
    rows = [*boards.facts(board, catalog, proofs), ("proven", _told(standing))]
    rows.append(("described in", str(catalog.devices[board.name] / "device.py")))
    if standing:
        rows.append(("by", standing.proof.command))
    typer.echo(text.table(rows, width))
    if board.about:
        typer.echo(f"\n{text.paragraphs(board.about, width)}")
    if board.install:
        typer.echo(f"\nINSTALLATION\n\n{text.paragraphs(board.install, width)}")


def _described(board: Device, catalog: Catalog, standing: Standing | None) -> DescribedBoard:
    from liminix_gen import boards, package_sets  # noqa: PLC0415  not needed for --help

    interfaces = boards.Interfaces.of(board, catalog)
    known = {
        name: fact for one in package_sets.every() for name, fact in one.described(board).items()
    }
    return {
        "name": board.name,
        "description": board.description,
        "architecture": board.kernel.architecture,
        "kernel": board.kernel.source,
        "package_sets": [one.name for one in package_sets.serving(board)],
        "interfaces": dict(interfaces.names),
        "radios": list(interfaces.radios),
        "roots": list(board.roots),
        "facts": known,
        "qemu": board.qemu.executable if board.qemu else None,
        "outputs": sorted(board.outputs),
        "default_output": board.default_output,
        "about": board.about,
        "install": board.install,
        "proven": _proven(standing) if standing else None,
    }


def _proven(standing: Standing) -> Proven:
    return {
        "level": standing.proof.level,
        "date": standing.proof.date,
        "command": standing.proof.command,
        "stale": standing.stale,
        "hardware": standing.proof.hardware,
    }
