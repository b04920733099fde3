"""The command line: commands, options of all commands, and the one place that reports errors."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
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
from liminix_gen.cli.options import Common, PackageSetChoice, hoisted, refuse_empty
from liminix_gen.errors import ConfigurationError, InterruptedRunError, LiminixGenError

_BUG = "liminix-gen: this is a fault of liminix-gen, not of your configuration; please report it"


class _Commands(TyperGroup):
    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        from liminix_gen.process import interrupt_on_termination  # noqa: PLC0415  not for --help

        interrupt_on_termination()
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise InterruptedRunError("interrupted") from None
        except BrokenPipeError:  # the reader of our output has gone: `liminix-gen services | head`
            raise typer.Exit(0) from None


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
    _open_streams()
    try:
        words = sys.argv[1:] if arguments is None else arguments
        refuse_empty(words)
        app(hoisted(words), prog_name="liminix-gen")
    except LiminixGenError as error:
        for problem in error.problems:
            lead = "" if problem.where is not None else "liminix-gen: "
            _tell(f"{lead}{problem}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _tell("liminix-gen: interrupted")
        sys.exit(InterruptedRunError.exit_code)
    except Exception as error:  # noqa: BLE001  the last place: a bug ends here, with its traceback
        if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
            what = filter(None, (error.filename, error.strerror))
            _tell(f"liminix-gen: {': '.join(map(str, what))}")
            sys.exit(ConfigurationError.exit_code)
        import traceback  # noqa: PLC0415  not needed for --help

        _tell(f"{traceback.format_exc()}{_BUG}")
        sys.exit(1)
    finally:
        _leave_unwritten()
    sys.exit(0)


# What a machine has run out of, or does not allow.
_OF_THE_MACHINE = frozenset(
    {
        errno.EACCES,
        errno.EBADF,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.EMFILE,
        errno.ENAMETOOLONG,
        errno.ENFILE,
        errno.ENOMEM,
        errno.ENOSPC,
        errno.EPERM,
        errno.EROFS,
    }
)


def _open_streams() -> None:
    """Open what the caller closed: else the next file would get its number, and what is told."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    sys.stdin = sys.stdin or open(0, encoding="utf-8")  # noqa: SIM115  of a number
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _leave_unwritten() -> None:
    """Give up what could not be written; Python would try again when it ends."""
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def _tell(text: str) -> None:
    # Where nothing can be told, the exit code still can.
    with suppress(OSError, ValueError):
        typer.echo(text, err=True)
