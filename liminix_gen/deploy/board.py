"""A board that runs a system of liminix-gen: what it answers and does, over ssh."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from contextlib import suppress

from attrs import evolve, frozen

from liminix_gen.deploy import facts
from liminix_gen.deploy.answer import STORE_PATH, Answer, shown
from liminix_gen.deploy.facts import Facts
from liminix_gen.deploy.ssh import BoardError, RemoteError, Ssh, StrangerError, UnreachableError
from liminix_gen.errors import ConfigurationError, Problem

# What a shell ends with when there is no such program (POSIX, Shell Command Language, 2.8.2).
_NOT_FOUND = 127

_REBOOT_S = 30.0
_ANSWER_S = 60.0
_PAUSE_S = 1.0
# A slow flash is given time, from the last piece that it took, to have all of it written.
_STALLED_S = 600.0

_NOT_SENT = (
    "nothing was sent to it: it is not what it was, or another program than `system` answers"
)


@frozen(kw_only=True)
class Collected:
    """What the board has room for, and which store paths of the new system it lacks."""

    missing: tuple[str, ...]
    free_bytes: int


class AbsentError(BoardError):
    """A board did not come back from a reboot in time."""


@frozen(kw_only=True)
class Board:
    """A board, by the way to it."""

    ssh: Ssh

    @property
    def host(self) -> str:
        """How the user calls it."""
        return self.ssh.destination

    @property
    def where_the_log_is(self) -> str:
        """A hint, after a failure of its services."""
        return f"`logread` there has what they said: ssh {self.host} logread"

    def facts(self, timeout_s: float = _ANSWER_S) -> Facts:
        """Ask for its facts.

        Raises ConfigurationError if it does not run an image of liminix-gen, UnreachableError if
        ssh fails.
        """
        try:
            done = self.ssh.run("system", "facts", timeout_s=timeout_s)
        except RemoteError as error:
            absent = error.completed.returncode == _NOT_FOUND
            why = "it has no program `system`" if absent else error.said
            raise facts.not_ours(self.host, why) from None
        return facts.parse(done.stdout, host=self.host)

    def store_paths(self, system: str) -> tuple[str, ...]:
        """Return a system of its and all that it needs; BoardError if it says something else."""
        said = self.ssh.run("cat", f"{system}/store-paths").stdout.split()
        form = re.compile(STORE_PATH.pattern, re.ASCII)
        if wrong := [one for one in said if form.fullmatch(one) is None]:
            what = f"the list of what {system} needs on {self.host} is not one of store paths"
            raise BoardError(Problem(None, what, shown(wrong[0])))
        return (system, *said)

    def services(self, init: str) -> tuple[str, ...]:
        """Return the names of its services, from the store path that starts them."""
        said = self.ssh.run("ls", f"{init}/scandir").stdout.splitlines()
        if wrong := [one for one in said if not one.isprintable()]:
            what = f"the names of services on {self.host} are not printable"
            raise BoardError(Problem(None, what, shown(wrong[0])))
        return tuple(said)

    def collect(self, paths: Iterable[str]) -> Collected:
        """Remove what neither its systems need nor ``paths`` name; say what of these is missing.

        What it says is missing goes to it: BoardError if that is anything but of ``paths``.
        """
        asked = tuple(paths)
        done = self.ssh.run("system", "collect", input="".join(f"{path}\n" for path in asked))
        try:
            answer = Answer.parse(done.stdout)
            missing = answer.each("missing", STORE_PATH)
            free = answer.number("free-bytes")
        except ValueError as error:
            what = f"`system collect` on {self.host} {error}"
            raise BoardError(Problem(None, what, _NOT_SENT)) from None
        if foreign := sorted(set(missing).difference(asked)):
            what = f"{self.host} asks for {foreign[0]}, which is not of the new system"
            raise BoardError(Problem(None, what, _NOT_SENT))
        return Collected(missing=missing, free_bytes=free)

    def receive(self, archive: Iterable[bytes]) -> None:
        """Give it store paths, all or none of them."""
        self.ssh.run("system", "receive", input=archive, timeout_s=_STALLED_S)

    def load(self, archive: Iterable[bytes]) -> None:
        """Give it another kernel, which its next reboot starts."""
        self.ssh.run("system", "load", input=archive, timeout_s=_STALLED_S)

    def put_on_trial(self, system: str) -> None:
        """Have its next boot try a system."""
        self.ssh.run("system", "try", system)

    def confirm(self) -> None:
        """Make the system that runs the one that boots."""
        self.ssh.run("system", "confirm")

    def reboot(self) -> None:
        """Start its reboot. The connection may end before the command has."""
        with suppress(UnreachableError):
            self.ssh.run("reboot", timeout_s=_REBOOT_S)

    def services_ready(self, timeout_s: float) -> str:
        """Wait until its services are ready; return what is wrong when they are not in time."""
        words = ("services", "ready", "-t", f"{timeout_s:.0f}")
        done = self.ssh.run(*words, timeout_s=timeout_s + 60, check=False)
        if done.returncode == 0:
            return ""
        return shown(done.stderr) or shown(done.stdout) or f"exit code {done.returncode}"

    def after_boot(self, before: str, timeout_s: float) -> Facts:
        """Wait for a boot other than ``before``, and return its facts.

        Raises BoardError if there is none in time, StrangerError if the board has come back
        with another host key.
        """
        deadline = time.monotonic() + timeout_s
        problem = Problem(None, f"{self.host} did not come back within {timeout_s:.0f} s")
        while time.monotonic() < deadline:
            time.sleep(_PAUSE_S)
            try:
                found = self.facts(timeout_s=_ANSWER_S)
            except StrangerError:
                raise
            except UnreachableError:
                continue
            except ConfigurationError as error:  # a system that ends says anything
                problem = evolve(problem, why=error.problems[0].why)
                continue
            if found.boot != before:
                return found
            what = f"{self.host} did not restart within {timeout_s:.0f} s"
            problem = Problem(None, what, "it answers, and it is still the boot that it was")
        raise AbsentError(problem)
