"""`liminix-gen kexec`: an image into the memory of a board that runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen.cli.options import Json, common_options, print_json
from liminix_gen.cli.reaching import Host, SshOption, Timeout
from liminix_gen.cli.story import story

if TYPE_CHECKING:
    from liminix_gen.cli.answers import Started


def kexec(
    context: typer.Context,
    image: Annotated[
        Path, typer.Argument(metavar="IMAGE", help="What `build --output kexecboot` made: result.")
    ],
    host: Host,
    *,
    ssh_option: SshOption = None,
    timeout: Timeout = 300.0,
    json: Json = False,
) -> None:
    """Start an image on a board from its memory; nothing is written to its flash.

    What runs there must have the service kexec.
    """
    from liminix_gen import text  # noqa: PLC0415  not needed for --help
    from liminix_gen.cli import reaching  # noqa: PLC0415
    from liminix_gen.cli.narrate import Narrator  # noqa: PLC0415
    from liminix_gen.deploy import kexec as deploy  # noqa: PLC0415

    found = deploy.read(reaching.built(image, common_options(context).store))
    board = reaching.board(host, ssh_option)
    with story() as one:
        started = deploy.boot(
            board,
            found,
            timeout_s=timeout,
            listen=Narrator(one),
        )
    if json:
        described: Started = {
            "host": board.host,
            "image": found.image,
            "hostname": started.hostname,
            "copied_bytes": started.copied_bytes,
            "seconds": started.seconds,
        }
        print_json(described)
        return
    typer.echo(f"{board.host} runs {started.hostname} from memory, image {found.image}")
    typer.echo(f"copied {started.copied_bytes} bytes; {text.seconds(started.seconds)}")
