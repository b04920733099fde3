"""The way into the command line and out of it: streams, errors, exit codes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import NoReturn

import typer

from liminix_gen.cli.commands import app
from liminix_gen.cli.options import refuse_empty

# What a shell sets when it asks what could stand at the cursor (share/).
COMPLETE = "_LIMINIX_GEN_COMPLETE"
_INTERRUPTED = 130
_BUG = "liminix-gen: this is a bug in liminix-gen, not in your configuration; please report it"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code."""
    _open_streams()
    try:
        words = sys.argv[1:] if arguments is None else arguments
        if COMPLETE in os.environ:
            from typer.completion import completion_init  # type: ignore[attr-defined]  # noqa: PLC0415

            completion_init()
        refuse_empty(words)
        app(words, prog_name="liminix-gen")
    except KeyboardInterrupt:
        _tell("liminix-gen: interrupted")
        sys.exit(_INTERRUPTED)
    except Exception as error:  # noqa: BLE001  the last place: a bug ends here, with its traceback
        sys.exit(_reported(error))
    finally:
        _leave_unwritten()
    sys.exit(0)


def _reported(error: Exception) -> int:
    """Report an error, and return the exit code that stands for it."""
    from liminix_gen.errors import ConfigurationError, LiminixGenError  # noqa: PLC0415  not for --help

    if isinstance(error, LiminixGenError):
        from liminix_gen.cli.problems import more, shown  # noqa: PLC0415  not for --help

        for problem in error.problems:
            lead = "" if problem.where is not None else "liminix-gen: "
            _tell(f"{lead}{shown(problem) if sys.stderr.isatty() else problem}")
        if sys.stderr.isatty():
            for kind in dict.fromkeys(one.kind for one in error.problems if one.kind):
                _tell(more(kind))
        return error.exit_code
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        what = filter(None, (error.filename, error.strerror))
        _tell(f"liminix-gen: {': '.join(map(str, what))}")
        return ConfigurationError.exit_code
    import traceback  # noqa: PLC0415  not needed for --help

    _tell("".join(traceback.format_exception(error)) + _BUG)
    return 1


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
        errno.EPIPE,
        errno.EROFS,
    }
)


def _open_streams() -> None:
    """Open what the caller closed: else the next file would get its number, and what is printed."""
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
    # The exit code is left if nothing can be printed.
    with suppress(OSError, ValueError):
        typer.echo(text, err=True)
