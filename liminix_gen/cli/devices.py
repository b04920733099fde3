"""`liminix-gen devices`: the boards, and what was seen of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen.cli import text
from liminix_gen.cli.options import Json, common_options, loadable
from liminix_gen.errors import DefinitionError

if TYPE_CHECKING:
    from liminix_gen.catalog import Catalog
    from liminix_gen.debian.suites import Release
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
    from liminix_gen.workflow import obstacle_to_debian  # noqa: PLC0415  not needed for --help

    return ("nixpkgs",) if obstacle_to_debian(board) else ("debian", "nixpkgs")


def _print(board: Device, standing: Standing | None) -> None:
    typer.echo(f"{board.name}: {board.description}\n")
    release = _release(board)
    rows = [
        ("package sets", ", ".join(_sets(board))),
        *([("Debian", f"{board.debian_architecture} of {release.standing}")] if release else []),
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


def _release(board: Device) -> Release | None:
    from liminix_gen.debian.suites import RELEASE_OF  # noqa: PLC0415  not needed for --help

    return RELEASE_OF.get(board.debian_architecture or "")


def _kernel(board: Device) -> str:
    return f"{board.kernel.source}, {board.kernel.architecture}"


def _described(board: Device, standing: Standing | None) -> dict[str, object]:
    release = _release(board)
    return {
        "name": board.name,
        "description": board.description,
        "architecture": board.kernel.architecture,
        "kernel": board.kernel.source,
        "package_sets": list(_sets(board)),
        "debian": board.debian_architecture,
        "debian_release": {"name": release.name, "supported_until": release.supported_until}
        if release
        else None,
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
