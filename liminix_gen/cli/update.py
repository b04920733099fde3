"""`liminix-gen update`: a configuration onto a board that runs, beside what it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from liminix_gen.cli.options import Configuration, Json, common_options, print_json
from liminix_gen.cli.reaching import Host, SshOption, Timeout
from liminix_gen.cli.story import story

if TYPE_CHECKING:
    from liminix_gen.cli.answers import Updated
    from liminix_gen.plan import Plan


def update(
    context: typer.Context,
    config: Configuration,
    host: Host,
    *,
    ssh_option: SshOption = None,
    timeout: Timeout = 300.0,
    json: Json = False,
) -> None:
    """Build a configuration, copy what a board lacks of it, and reboot into it.

    For roots that can be written. If the new system does not come up with all its services, the
    board goes back to the old one. Against a kernel that hangs, that takes a watchdog.
    """
    from liminix_gen import text  # noqa: PLC0415  not needed for --help
    from liminix_gen.cli import reaching  # noqa: PLC0415
    from liminix_gen.deploy import system  # noqa: PLC0415
    from liminix_gen.deploy import update as deploy  # noqa: PLC0415
    from liminix_gen.workflow.build import make  # noqa: PLC0415
    from liminix_gen.workflow.load import load  # noqa: PLC0415

    board = reaching.board(host, ssh_option)

    def check(plan: Plan) -> None:
        reaching.refuse_read_only(plan)
        found = board.facts()
        deploy.refuse(board.host, found, device=plan.device.name, root=plan.root_type)

    with story() as one:
        options = common_options(context).steps(one)
        made = make(load(config, options), options, outputs=("system",), check=check)
        built = system.read(made.outputs[0].path.name, made.nix)
        updated = deploy.update(
            board,
            built,
            timeout_s=timeout,
            listen=options.listen,
        )
    if json:
        described: Updated = {
            "host": board.host,
            "system": updated.system,
            "before": updated.before,
            "copied_paths": updated.copied_paths,
            "copied_bytes": updated.copied_bytes,
            "seconds": updated.seconds,
        }
        print_json(described)
    elif updated.before == updated.system:
        typer.echo(f"{board.host} runs {updated.system} already")
    else:
        copied = f"{text.count(updated.copied_paths, 'store path')}, {updated.copied_bytes} bytes"
        typer.echo(f"{board.host} runs {updated.system}, confirmed")
        typer.echo(f"copied {copied}; {text.seconds(updated.seconds)}")
