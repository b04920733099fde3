"""Programs that run beside this one, and do not outlive it."""

from __future__ import annotations

import atexit
import os
import selectors
import shlex
import signal
import subprocess
import time
import weakref
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn, Self

from liminix_gen.process.tools import environment, find

Argument = str | os.PathLike[str]

GRACE_S = 2.0
PIPE = subprocess.PIPE
DEVNULL = subprocess.DEVNULL
STDOUT = subprocess.STDOUT


class Child:
    """A program in the background, in its own session; `stop` ends all of its process group.

    Streams are those of subprocess (PIPE, DEVNULL, a file, a descriptor). With `pty` all three are
    a terminal whose other end is `terminal` (a descriptor). Leaving the `with` block stops it, and
    so does the end of this process.
    """

    def __init__(
        self,
        argv: Sequence[Argument],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: int | IO[bytes] | None = subprocess.DEVNULL,
        stdout: int | IO[bytes] | None = None,
        stderr: int | IO[bytes] | None = None,
        pass_fds: Sequence[int] = (),
        pty: bool = False,
        grace_s: float = GRACE_S,
        before_stop: Callable[[], object] | None = None,
    ) -> None:
        self.grace_s = grace_s
        self._before_stop = before_stop
        self.command = tuple(os.fspath(part) for part in argv)
        self.terminal: int | None = None
        environ = environment() if env is None else dict(env)
        program = find(self.command[0], env=environ)
        inner = -1
        if pty:
            self.terminal, inner = os.openpty()
            stdin = stdout = stderr = inner
        try:
            self.popen = subprocess.Popen[bytes](
                [program, *self.command[1:]],
                env=environ,
                cwd=cwd,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                pass_fds=pass_fds,
                start_new_session=True,
            )
        except BaseException:
            if self.terminal is not None:
                os.close(self.terminal)
            raise
        finally:
            if inner >= 0:
                os.close(inner)
        _running.add(self)

    @property
    def shown(self) -> str:
        """The command as it can be pasted into a shell."""
        return shlex.join(self.command)

    @property
    def pid(self) -> int:
        """Number of the process and of its group."""
        return self.popen.pid

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self.popen.poll()

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Wait for the end; None when it is not there in time."""
        try:
            return self.popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def signal(self, number: int) -> None:
        """Send a signal to the whole process group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _hear_out(self, grace_s: float) -> None:
        """Wait for the end, and read what it still says: who cannot say it does not end."""
        deadline = time.monotonic() + grace_s
        with selectors.DefaultSelector() as selector:
            for pipe in (self.popen.stdout, self.popen.stderr):
                if pipe is not None and not pipe.closed:
                    selector.register(pipe, selectors.EVENT_READ)
            while selector.get_map() and self.poll() is None and time.monotonic() < deadline:
                for key, _ in selector.select(0.05):
                    if not os.read(key.fd, 65536):
                        selector.unregister(key.fileobj)
        self.wait(max(0.0, deadline - time.monotonic()))

    def stop(self, *, grace_s: float | None = None) -> int:
        """End the program and its children: SIGTERM, then SIGKILL after `grace_s` seconds."""
        if self.popen.returncode is None:
            if self._before_stop is not None:
                self._before_stop()
            self.signal(signal.SIGTERM)
            self._hear_out(self.grace_s if grace_s is None else grace_s)
            self.signal(signal.SIGKILL)
        code = self.popen.wait()
        _running.discard(self)
        for stream in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        if self.terminal is not None:
            os.close(self.terminal)
            self.terminal = None
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


_running: weakref.WeakSet[Child] = weakref.WeakSet()


def stop_all() -> None:
    """End every program that still runs; done at the end of this process too."""
    for child in tuple(_running):
        child.stop()


atexit.register(stop_all)


def interrupt_on_termination() -> None:
    """Let SIGTERM and SIGHUP end this process like Ctrl-C, so that children end with it."""

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)


@contextmanager
def foreground(
    command: Sequence[str], environ: Mapping[str, str]
) -> Generator[subprocess.Popen[bytes]]:
    """Run a program in this one's session, on its terminal; it ends with the block."""
    program = find(command[0], env=environ)
    with subprocess.Popen([program, *command[1:]], env=environ) as child:
        try:
            yield child
        finally:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_S)
        child.kill()
