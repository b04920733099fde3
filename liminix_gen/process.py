"""The one place that starts programs.

Argument lists, never a shell; an explicit environment; a process group of its own for every
child, killed as a whole on timeout and interrupt; the result holds command, code and streams.
"""

from __future__ import annotations

import atexit
import os
import selectors
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import time
import weakref
from contextlib import contextmanager, suppress
from enum import Enum, auto
from typing import IO, TYPE_CHECKING, NoReturn, Self

from attrs import frozen

from liminix_gen.errors import ConfigurationError, LiminixGenError, Problem
from liminix_gen.programs import PACKAGE_OF_PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
    from pathlib import Path
    from types import FrameType

    Argument = str | os.PathLike[str]
    Listener = Callable[[str], object]

_GRACE_S = 2.0


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


class MissingToolError(ConfigurationError):
    """A program is not installed."""

    def __init__(self, program: str) -> None:
        package = PACKAGE_OF_PROGRAM.get(os.path.basename(program), os.path.basename(program))  # noqa: PTH119
        super().__init__(
            Problem(None, f"the program {program} is not installed", "", f"apt install {package}")
        )
        self.program = program
        self.package = package


class CommandError(LiminixGenError):
    """A program ended with an error; `completed` has its command and output."""

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


def environment(**changes: str | None) -> dict[str, str]:
    """Return this process's environment with messages in English; None removes a variable."""
    result = dict(os.environ)
    result.update({"LC_ALL": "C.UTF-8", "LANGUAGE": "C"})
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def find(program: str, *, env: Mapping[str, str] | None = None) -> str:
    """Return the path of a program; system directories count even when PATH lacks them."""
    path = (os.environ if env is None else env).get("PATH", os.defpath)
    found = shutil.which(program, path=f"{path}:/usr/sbin:/sbin:/usr/bin:/bin")
    if found is None:
        raise MissingToolError(program)
    return found


def has(program: str) -> bool:
    """Say whether a program is installed."""
    try:
        find(program)
    except MissingToolError:
        return False
    return True


def run(
    argv: Sequence[Argument],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout_s: float | None = None,
    grace_s: float = _GRACE_S,
    input: str | Iterable[bytes] | None = None,  # noqa: A002 (the word that subprocess uses)
    check: bool = True,
    on_stdout: Listener | None = None,
    on_stderr: Listener | None = None,
    limit_bytes: int | None = None,
    before_stop: Callable[[], object] | None = None,
) -> Completed:
    """Run a program to its end.

    `timeout_s` begins anew whenever the program has read of its input. Neither stream may be longer
    than `limit_bytes`. `before_stop` is called where the program is stopped, before it is told.
    `env` is the whole environment (default: `environment()`). A program that is stopped gets
    `grace_s` seconds to clean up before it is killed. Each piece of `input` is asked for when the
    program has read those before. Listeners get each line, without its newline, as soon as it is
    there, in the caller's thread; what a listener or `input` raises ends the program. Raises
    MissingToolError, CommandTimeoutError, OutputLimitError, and CommandError if `check`.
    """
    began = time.monotonic()
    child = Child(
        argv,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        grace_s=grace_s,
        before_stop=before_stop,
    )
    streams = (_Stream(on_stdout), _Stream(on_stderr))
    with child:
        pieces = [input.encode()] if isinstance(input, str) else input or ()
        end = _pump(child, streams, _Input(pieces), timeout_s, limit_bytes)
    completed = Completed(
        command=child.command,
        returncode=child.popen.returncode,
        stdout=streams[0].text(),
        stderr=streams[1].text(),
        seconds=time.monotonic() - began,
    )
    if end is _End.LATE:
        raise CommandTimeoutError(completed, timeout_s or 0)
    if end is _End.TOO_LONG:
        raise OutputLimitError(completed, limit_bytes or 0)
    if check and completed.returncode != 0:
        raise CommandError(completed)
    return completed


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
        with (
            _same_terminal(),
            subprocess.Popen([find(command[0], env=environ), *command[1:]], env=environ) as child,
        ):
            try:
                wait(lambda: child.poll() is not None)
            finally:
                _end(child)
        return child.returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE_S)
        child.kill()


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
        grace_s: float = _GRACE_S,
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


PIPE = subprocess.PIPE
DEVNULL = subprocess.DEVNULL
STDOUT = subprocess.STDOUT

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


class _Stream:
    """Collects what a program writes, and passes complete lines on."""

    def __init__(self, listener: Listener | None) -> None:
        self._listener = listener
        self._pieces: list[bytes] = []
        self._line = b""
        self.size_bytes = 0

    def feed(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self.size_bytes += len(piece)
        if self._listener is None:
            return
        *lines, self._line = (self._line + piece).split(b"\n")
        for line in lines:
            self._listener(line.decode(errors="replace"))

    def close(self) -> None:
        if self._listener is not None and self._line:
            self._listener(self._line.decode(errors="replace"))
        self._line = b""

    def text(self) -> str:
        return b"".join(self._pieces).decode(errors="replace")


class _Input:
    """Hands a program what it reads, piece by piece."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._unsent = b""

    def send(self, descriptor: int) -> bool:
        """Write what the pipe takes; False when nothing is left, or the reader has gone."""
        while not self._unsent:
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self._unsent = piece
        try:
            self._unsent = self._unsent[os.write(descriptor, self._unsent[:65536]) :]
        except BlockingIOError:
            return True
        except BrokenPipeError:
            return False
        return True


class _End(Enum):
    """How it ended with a program."""

    ITS_OWN = auto()
    LATE = auto()
    TOO_LONG = auto()


def _pump(
    child: Child,
    streams: tuple[_Stream, _Stream],
    unsent: _Input,
    timeout_s: float | None,
    limit_bytes: int | None,
) -> _End:
    """Move bytes until the program has ended, or has taken too long or said too much."""
    popen = child.popen
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    ended_at: float | None = None
    with selectors.DefaultSelector() as selector:
        for pipe, stream in zip((popen.stdout, popen.stderr), streams, strict=True):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, stream)
        stdin = popen.stdin
        if stdin is not None:
            os.set_blocking(stdin.fileno(), False)
            selector.register(stdin, selectors.EVENT_WRITE)
        while selector.get_map():
            now = time.monotonic()
            if deadline is not None and now >= deadline:
                return _End.LATE
            # A daemon left behind may hold the pipes open: do not wait for it for ever.
            if ended_at is not None and now - ended_at > child.grace_s:
                child.signal(signal.SIGKILL)
                break
            wait = 0.2 if deadline is None else min(0.2, deadline - now)
            for key, _ in selector.select(wait):
                if stdin is not None and key.fileobj is stdin:
                    if not unsent.send(key.fd):
                        selector.unregister(stdin)
                        stdin.close()
                    if timeout_s is not None:
                        deadline = time.monotonic() + timeout_s
                elif piece := os.read(key.fd, 65536):
                    key.data.feed(piece)
                    if limit_bytes is not None and key.data.size_bytes > limit_bytes:
                        return _End.TOO_LONG
                else:
                    key.data.close()
                    selector.unregister(key.fileobj)
            if ended_at is None and popen.poll() is not None:
                ended_at = time.monotonic()
    remaining = None if deadline is None else max(0.0, deadline - time.monotonic())
    return _End.LATE if child.wait(remaining) is None else _End.ITS_OWN
