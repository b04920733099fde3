"""`liminix-gen secret`: keys of devices, and what is sealed for them."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from liminix_gen.cli.reaching import SshOption


class _Action(Enum):
    KEY = "key"
    SEAL = "seal"


def secret(
    action: Annotated[_Action, typer.Argument(help="What to do.", show_choices=True)],
    subject: Annotated[
        str,
        typer.Argument(
            metavar="FILE|KEY|USER@HOST",
            help="`key`: the file that is made. `seal`: for which device, by its public key "
            "(age1...) or by its name, to ask it for that.",
        ),
    ],
    *,
    ssh_option: SshOption = None,
) -> None:
    """Seal a secret for a device, or make a key for one.

    `seal` reads one line from standard input, without echo on a terminal, and prints the text for
    the service type secret.sealed. A device with the service secret.key makes its own key; one
    that `key` makes here belongs into its /state/secrets/key.
    """
    from pathlib import Path  # noqa: PLC0415  not needed for --help

    from liminix_gen.cli import reaching  # noqa: PLC0415
    from liminix_gen.deploy import sealing  # noqa: PLC0415

    if action is _Action.KEY:
        typer.echo(sealing.make_key(Path(subject)))
        return
    public = subject
    if not sealing.is_public_key(subject):
        sealing.refuse_as_device(subject)
        public = sealing.public_key_of(reaching.board(subject, ssh_option))
    typer.echo(sealing.seal(_asked(), public), nl=False)


def _asked() -> str:
    """Return the secret that the user types, or that comes by a pipe."""
    import getpass  # noqa: PLC0415  not needed for --help
    import sys  # noqa: PLC0415

    if sys.stdin.isatty():
        return getpass.getpass("secret: ")
    return sys.stdin.readline().removesuffix("\n")
