"""What `update` and `kexec` share: the way to a board."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen.errors import ConfigurationError, Problem

if TYPE_CHECKING:
    from liminix_gen.deploy.board import Board
    from liminix_gen.plan import Plan

Host = Annotated[
    str,
    typer.Argument(
        metavar="USER@HOST",
        help="The board, as ssh takes it; USER is root unless its configuration says otherwise.",
    ),
]
SshOption = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY=VALUE", help="An option of ssh (ssh -o); may be repeated."),
]
Timeout = Annotated[
    float,
    typer.Option(
        min=1,
        metavar="SECONDS",
        help="How long the board may take to come back, and its services then to be ready.",
    ),
]


def board(host: str, options: Sequence[str] | None) -> Board:
    """Return the board that a user named."""
    from liminix_gen.deploy.board import Board  # noqa: PLC0415  not needed for --help
    from liminix_gen.deploy.ssh import Ssh  # noqa: PLC0415

    try:
        return Board(ssh=Ssh(destination=host, options=tuple(options or ())))
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


def refuse_read_only(plan: Plan) -> None:
    """Raise ConfigurationError if the root of a configuration cannot be written."""
    from liminix_gen.model.root import READ_ONLY  # noqa: PLC0415  not needed for --help

    if plan.root_type not in READ_ONLY:
        return
    writable = [f'"{name}"' for name in plan.device.roots if name not in READ_ONLY]
    raise ConfigurationError(
        Problem(
            plan.root_where,
            f"a system whose root is {plan.root_type} cannot be updated",
            "only a writable root can hold a new system beside the old one",
            f"config.root = {' or '.join(writable)}, and an image with that root first"
            if writable
            else "build an image for its flash (mtdimage), or boot one with `liminix-gen kexec`",
            kind="update",
        )
    )


def built(image: Path, store: Path | None) -> Path:
    """Return where an output is that a link, or the folder itself, names."""
    from liminix_gen.nix.environment import in_store, physical  # noqa: PLC0415

    if not image.is_symlink() or not image.readlink().is_absolute():
        return image
    return physical(str(image.readlink()), in_store(store, os.environ))
