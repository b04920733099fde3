"""`liminix-gen repl`: Fennel at a prompt, as the device has it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen.cli.options import Configuration, common_options
from liminix_gen.cli.story import story

if TYPE_CHECKING:
    from collections.abc import Callable


def repl(
    context: typer.Context,
    config: Configuration,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A file to run; none is a prompt.")
    ] = None,
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="ARGUMENT...", help="Those of the file.")
    ] = None,
    *,
    test: Annotated[
        bool, typer.Option("--test", help="Run the tests in FILE, with the module beside it.")
    ] = False,
) -> None:
    """Try programs in Fennel on this machine, with the Lua and the library of the device.

    Modules beside service types of the configuration are found, and those of FENNEL_PATH
    (`FOLDER/?.fnl`) before all others, without a build. The exit code is that of FILE.
    """
    import time  # noqa: PLC0415  not needed for --help

    from liminix_gen import process  # noqa: PLC0415
    from liminix_gen.errors import ConfigurationError, Problem  # noqa: PLC0415
    from liminix_gen.workflow import repl as workflow  # noqa: PLC0415
    from liminix_gen.workflow.load import load  # noqa: PLC0415

    if test and file is None:
        hint = "liminix-gen repl --test CONFIG FILE"
        raise ConfigurationError(Problem(None, "--test: no FILE with tests is named", hint=hint))
    with story() as telling:
        options = common_options(context).steps(telling)
        made = workflow.make(load(config, options), options)
    words = [*(["--test"] if test else []), *([str(file)] if file else []), *(arguments or [])]

    def wait(ended: Callable[[], bool]) -> None:
        while not ended():
            time.sleep(0.05)

    path = made.search_path(os.environ.get("FENNEL_PATH", ""))
    environment = {**os.environ, "FENNEL_PATH": path}
    raise typer.Exit(process.interactive([made.program, *words], env=environment, wait=wait))
