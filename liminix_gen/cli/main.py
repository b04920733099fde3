"""The command line: commands, options of all commands, and the one place that reports errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from typer.core import TyperGroup

from liminix_gen import __version__
from liminix_gen.cli import (
    build,
    check,
    devices,
    emit,
    init,
    kexec,
    lock,
    run,
    services,
    update,
)
from liminix_gen.cli.options import Common, PackageSetChoice, hoisted
from liminix_gen.errors import InterruptedRunError, LiminixGenError

_BUG = "liminix-gen: this is a fault of liminix-gen, not of your configuration; please report it"


class _Commands(TyperGroup):
    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        from liminix_gen.process import interrupt_on_termination  # noqa: PLC0415  not for --help

        interrupt_on_termination()
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise InterruptedRunError("interrupted") from None


app = typer.Typer(
    cls=_Commands,
    name="liminix-gen",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_EPILOG = "Options of every command: liminix-gen --help"
for _command in (
    init.init,
    check.check,
    build.build,
    run.run,
    update.update,
    kexec.kexec,
    emit.emit,
    lock.lock,
    services.services,
    devices.devices,
):
    app.command(epilog=_EPILOG)(_command)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"liminix-gen {__version__}")
        raise typer.Exit


@app.callback()
def top(
    context: typer.Context,
    *,
    modules: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="A folder of further service types; may be repeated."),
    ] = None,
    devices: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="A folder of further boards; may be repeated."),
    ] = None,
    package_set: Annotated[
        PackageSetChoice, typer.Option(help="Where packages come from.")
    ] = PackageSetChoice.AUTO,
    locked: Annotated[
        bool, typer.Option("--locked", help="Refuse any change of the lock.")
    ] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SUITE",
            help="Leave out trixie-security, or non-free-firmware; may be repeated.",
        ),
    ] = None,
    nixpkgs: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="The nixpkgs of that package set. Default: <nixpkgs> of NIX_PATH."
        ),
    ] = None,
    show_trace: Annotated[
        bool, typer.Option("--show-trace", help="Show all steps of a failed evaluation.")
    ] = False,
    store: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A private Nix store below DIR, without the daemon."),
    ] = None,
    version: Annotated[  # noqa: ARG001  handled by its callback
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Build router firmware from one Python file.

    Results go to standard output, the story of a run to standard error.

    \b
    Exit codes:
      0    done
      1    a fault of liminix-gen
      2    usage or configuration
      3    a check failed
      4    Nix could not evaluate
      5    Nix could not build, or a package could not be fetched
      6    a run, a boot test, an update or a kexec failed
      130  interrupted
    """  # noqa: D301  \b keeps the lines as they are
    if store is not None:
        from liminix_gen.debian.settings import private_store  # noqa: PLC0415

        os.environ["NIX_REMOTE"] = private_store(store)
    context.obj = Common(
        modules=modules,
        devices=devices,
        package_set=package_set,
        locked=locked,
        without=without,
        nixpkgs=nixpkgs,
        show_trace=show_trace,
    )


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code."""
    try:
        words = sys.argv[1:] if arguments is None else arguments
        app(hoisted(words), prog_name="liminix-gen")
    except LiminixGenError as error:
        for problem in error.problems:
            lead = "" if problem.where is not None else "liminix-gen: "
            typer.echo(f"{lead}{problem}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("liminix-gen: interrupted", err=True)
        sys.exit(InterruptedRunError.exit_code)
    except BrokenPipeError:  # the reader of our output has gone: `liminix-gen services | head`
        sys.stderr.close()
        sys.exit(0)
    except Exception:  # noqa: BLE001  the last place: a bug ends here, with its traceback
        import traceback  # noqa: PLC0415  not needed for --help

        traceback.print_exc()
        typer.echo(_BUG, err=True)
        sys.exit(1)
    sys.exit(0)
