"""What a program that has ended leaves: its code and streams, or an error that holds them."""

from __future__ import annotations

import shlex
import signal

from attrs import frozen

from liminix_gen.errors import LiminixGenError, Problem


@frozen(kw_only=True)
class Completed:
    """A program that has ended."""

    command: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def shown(self) -> str:
        """The command as it can be pasted into a shell."""
        return shlex.join(self.command)


class CommandError(LiminixGenError):
    """A program ended with an error; `completed` has its command and output."""

    exit_code = 2
    kind = "command"

    def __init__(self, completed: Completed, *, what: str = "") -> None:
        code = completed.returncode
        ended = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        tail = "\n".join((completed.stderr or completed.stdout).strip().split("\n")[-20:])
        what = what or f"a command failed ({ended})"
        super().__init__(Problem(None, what, tail, completed.shown))
        self.completed = completed


class CommandTimeoutError(CommandError):
    """A program took longer than it was given, and was killed with all its children."""

    def __init__(self, completed: Completed, timeout_s: float) -> None:
        super().__init__(completed, what=f"a command was stopped after {timeout_s:g} s")
        self.timeout_s = timeout_s


class OutputLimitError(CommandError):
    """A program wrote more than it was allowed to, and was stopped with all its children."""

    def __init__(self, completed: Completed, limit_bytes: int) -> None:
        super().__init__(completed, what=f"a command wrote more than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes
