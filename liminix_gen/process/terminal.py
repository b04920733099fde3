"""Programs that have the user's terminal, or outlive this one."""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress

from liminix_gen.process.child import Argument, foreground
from liminix_gen.process.tools import environment, find


def leave(argv: Sequence[Argument]) -> None:
    """Start a program that goes on when this one ends, and says nothing."""
    command = [os.fspath(part) for part in argv]
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    # Not by subprocess, which wants to see the end of all that it has started.
    os.posix_spawn(find(command[0]), command, os.environ, file_actions=nothing, setsid=True)


def interactive(
    argv: Sequence[Argument],
    *,
    env: Mapping[str, str] | None = None,
    wait: Callable[[Callable[[], bool]], object],
) -> int:
    """Run a program on the user's terminal (keys, Ctrl-C and all) and return its exit code.

    `wait` gets a function that says whether the program has ended, and returns when it has; what it
    raises ends the program. The program ends with this process, whatever becomes of that, and the
    terminal is as it was before.
    """
    environ = environment() if env is None else dict(env)
    # util-linux's. SIGTERM: a program that changes the terminal changes it back.
    command = ["setpriv", "--pdeathsig", "TERM", *(os.fspath(part) for part in argv)]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with _same_terminal(), foreground(command, environ) as child:
            wait(lambda: child.poll() is not None)
        return child.returncode
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _same_terminal() -> Generator[None]:
    """Leave the terminal, if standard input is one, as it was before the block."""
    if not sys.stdin.isatty():
        yield
        return
    settings = termios.tcgetattr(sys.stdin.fileno())
    try:
        yield
    finally:
        # From the background it would stop this process.
        before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        with suppress(termios.error, OSError):  # a terminal that is gone
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, settings)
        signal.signal(signal.SIGTTOU, before)
