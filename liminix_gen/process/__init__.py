"""The one place that starts programs.

Argument lists, never a shell; an explicit environment; a process group of its own for every
child, killed as a whole on timeout and interrupt; the result holds command, code and streams.
"""

from __future__ import annotations

from liminix_gen.process.child import (
    DEVNULL,
    PIPE,
    STDOUT,
    Child,
    interrupt_on_termination,
    stop_all,
)
from liminix_gen.process.pump import run
from liminix_gen.process.result import (
    CommandError,
    CommandTimeoutError,
    Completed,
    OutputLimitError,
)
from liminix_gen.process.terminal import interactive, leave
from liminix_gen.process.tools import MissingToolError, environment, find, has

__all__ = [
    "DEVNULL",
    "PIPE",
    "STDOUT",
    "Child",
    "CommandError",
    "CommandTimeoutError",
    "Completed",
    "MissingToolError",
    "OutputLimitError",
    "environment",
    "find",
    "has",
    "interactive",
    "interrupt_on_termination",
    "leave",
    "run",
    "stop_all",
]
