"""Runs a program to its end, moving what it reads and writes."""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum, auto
from pathlib import Path

from liminix_gen.process.child import DEVNULL, GRACE_S, PIPE, Argument, Child
from liminix_gen.process.result import (
    CommandError,
    CommandTimeoutError,
    Completed,
    OutputLimitError,
)

Listener = Callable[[str], object]


def run(
    argv: Sequence[Argument],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout_s: float | None = None,
    grace_s: float = GRACE_S,
    input: str | Iterable[bytes] | None = None,  # noqa: A002 (the word that subprocess uses)
    check: bool = True,
    on_stdout: Listener | None = None,
    on_stderr: Listener | None = None,
    limit_bytes: int | None = None,
    before_stop: Callable[[], object] | None = None,
) -> Completed:
    """Run a program to its end.

    `timeout_s` begins again whenever the program has read of its input. Neither stream may be
    longer than `limit_bytes`. `before_stop` is called before the program is stopped.
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
        stdin=DEVNULL if input is None else PIPE,
        stdout=PIPE,
        stderr=PIPE,
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
