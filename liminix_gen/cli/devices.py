"""`liminix-gen devices`: the boards."""

from __future__ import annotations

import typer

from liminix_gen.cli import text
from liminix_gen.cli.options import Json, common_options


def devices(context: typer.Context, json: Json = False) -> None:
    """List the boards."""
    catalog = common_options(context).catalog()
    boards = [catalog.device(name) for name in catalog.devices]
    if json:
        from json import dumps  # noqa: PLC0415

        described = [
            {
                "name": board.name,
                "description": board.description,
                "architecture": board.kernel.architecture,
                "debian": board.debian_architecture,
                "qemu": board.qemu.executable if board.qemu else None,
                "default_output": board.default_output,
            }
            for board in boards
        ]
        typer.echo(dumps(described, indent=2))
        return
    rows = [("DEVICE", "DESCRIPTION", "DEBIAN", "QEMU")]
    rows += [
        (
            board.name,
            board.description,
            board.debian_architecture or "-",
            board.qemu.executable if board.qemu else "-",
        )
        for board in boards
    ]
    typer.echo(text.columns(rows))
