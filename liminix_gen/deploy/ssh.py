"""A board reached by the user's own ssh, with the user's own settings of it (ssh_config(5))."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

import attrs
from attrs import field, frozen

from liminix_gen import process
from liminix_gen.deploy.answer import LIMIT_BYTES, shown
from liminix_gen.errors import Problem, RunError

# What ssh ends with when it failed itself; every other code is the command's (ssh(1)).
_FAILED = 255

# A user's own come before these, and ssh takes the first of each. There is no terminal to ask for a
# password on, and a connection that is cut is noticed within a minute.
_OPTIONS = (
    "BatchMode=yes",
    "ConnectTimeout=20",
    "ServerAliveInterval=10",
    "ServerAliveCountMax=6",
)

_STRANGER = "Host key verification failed"


class BoardError(RunError):
    """A board does not answer, or answers what it should not."""

    kind = "board"


class UnreachableError(BoardError):
    """ssh has no connection to the board, or lost it."""

    def __init__(self, problem: Problem, *, reason: str) -> None:
        super().__init__(problem)
        self.reason = reason


class StrangerError(UnreachableError):
    """The host key is not the one that ssh knows."""

    kind = "host-key"


class RemoteError(BoardError):
    """A command on the board ended with an error; ``said`` is what a message may show of it."""

    def __init__(self, problem: Problem, completed: process.Completed) -> None:
        super().__init__(problem)
        self.completed = completed
        self.said = problem.why


def _is_destination(_instance: object, _attribute: attrs.Attribute[str], value: str) -> None:
    if not value or value.startswith("-") or any(not one.isprintable() for one in value):
        raise ValueError(f"{value!r} is not an ssh destination such as root@192.168.1.1")


@frozen(kw_only=True)
class Ssh:
    """The way to a board. ``options`` are KEY=VALUE, as ssh -o takes them."""

    destination: str = field(validator=_is_destination)
    options: tuple[str, ...] = ()

    def run(
        self,
        *words: str,
        input: str | Iterable[bytes] | None = None,  # noqa: A002  as process.run has it
        timeout_s: float = 300.0,
        check: bool = True,
    ) -> process.Completed:
        """Run a command on the board; ``timeout_s`` begins again whenever it takes some input.

        Raises UnreachableError; RemoteError if ``check`` wants the exit code to be 0, and if
        it says more than any answer is.
        """
        options = [word for one in (*self.options, *_OPTIONS) for word in ("-o", one)]
        command = ["ssh", "-T", *options, "--", self.destination, shlex.join(words)]
        try:
            done = process.run(
                command, input=input, timeout_s=timeout_s, limit_bytes=LIMIT_BYTES, check=False
            )
        except process.CommandTimeoutError as error:
            raise self._unreachable(f"no answer within {timeout_s:g} s", error.completed) from None
        except process.OutputLimitError as error:
            what = f"`{shlex.join(words)}` on {self.destination} does not stop talking"
            why = f"it said more than {LIMIT_BYTES} bytes"
            raise RemoteError(Problem(None, what, why), error.completed) from None
        if done.returncode == _FAILED or done.returncode < 0:
            raise self._unreachable(_reason(done), done)
        if check and done.returncode != 0:
            what = f"`{shlex.join(words)}` failed on {self.destination}"
            said = shown(done.stderr) or f"exit code {done.returncode}"
            raise RemoteError(Problem(None, what, said), done)
        return done

    def _unreachable(self, reason: str, done: process.Completed) -> UnreachableError:
        if _STRANGER in done.stderr:
            what = f"{self.destination} has a different host key from the one ssh knows"
            hint = (
                "a board without state (config.state) makes a new one with each boot. If this is\n"
                f"the right board, forget the old key:  {_forget(self.destination)}"
            )
            return StrangerError(Problem(None, what, "", hint), reason=reason)
        what = f"ssh does not reach {self.destination}"
        return UnreachableError(Problem(None, what, reason, done.shown), reason=reason)


def _reason(done: process.Completed) -> str:
    """Return the last line of what ssh said."""
    return shown(done.stderr).rpartition("\n")[2].strip() or "ssh did not say why"


def _forget(destination: str) -> str:
    host = destination.rpartition("@")[2]
    return f"ssh-keygen -R {shlex.quote(host)}"
