"""`liminix-gen lock`: the packages that a configuration is built from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from liminix_gen.cli.options import Configuration, common_options
from liminix_gen.cli.story import story
from liminix_gen.errors import printable


def lock(
    context: typer.Context,
    config: Configuration,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="With --update: only these packages."),
    ] = None,
    update: Annotated[
        bool,
        typer.Option("--update", help="Take the newest versions, of all packages or of NAME."),
    ] = False,
) -> None:
    """Write the lock beside a configuration.

    It holds versions and hashes of all packages.

    Without --update what is locked stays as it is, and only what is missing is added.
    """
    from attrs import evolve  # noqa: PLC0415  not needed for --help

    from liminix_gen.errors import ConfigurationError  # noqa: PLC0415
    from liminix_gen.events import Event, Locked  # noqa: PLC0415
    from liminix_gen.workflow.emit import prepare  # noqa: PLC0415
    from liminix_gen.workflow.load import load  # noqa: PLC0415
    from liminix_gen.workflow.lock import lock_path  # noqa: PLC0415

    config, wanted = _configuration_first(config, names or [])
    if wanted and not update:
        raise ConfigurationError(f"{wanted[0]}: package names require --update")
    written = False
    with story() as telling:
        options = common_options(context).steps(
            telling, refresh=wanted, refresh_all=update and not wanted
        )

        def listen(event: Event) -> None:
            nonlocal written
            written |= isinstance(event, Locked) and event.written
            options.listen(event)

        prepared = prepare(load(config, options), evolve(options, listen=listen))
    if (unlocked := prepared.packages.unlocked) is not None:
        raise ConfigurationError(unlocked)
    typer.echo(printable(f"{lock_path(config)}: {'written' if written else 'unchanged'}"))


def _configuration_first(config: Path, names: list[str]) -> tuple[Path, list[str]]:
    """Take `lock --update NAME hello.py` as well as `lock hello.py --update NAME`."""
    if config.suffix != ".py" and names and names[-1].endswith(".py"):
        return Path(names[-1]), [str(config), *names[:-1]]
    return config, names
