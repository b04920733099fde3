"""Where the program starts and ends: Ctrl-C does not give a traceback there either."""

from __future__ import annotations

import gc
import os
import signal
from typing import NoReturn

# Objects between two looks for rings of them. What imports and plans make is not garbage, and to
# look at all of it again and again took a third of the time of a large router.
_OBJECTS = 200_000
_INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command line and end the process with its exit code.

    What a configuration has left, a thread or what is registered for the end, does not hold it, and
    says nothing behind the result.
    """
    gc.set_threshold(_OBJECTS)
    try:
        from liminix_gen.cli import main as command_line  # noqa: PLC0415  may be interrupted

        command_line.main()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    _leave(code)


def _leave(code: int) -> NoReturn:
    """End the process; a signal ends it as one does that nobody waits for."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
    except KeyboardInterrupt:
        code = _INTERRUPTED
    os._exit(code)
