"""The console of a guest: waits for text, types lines, runs commands, keeps all that was said."""

from __future__ import annotations

import codecs
import functools
import itertools
import os
import re
import secrets
import time
from typing import TYPE_CHECKING

from attrs import frozen

from liminix_gen.errors import Problem, RunError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from liminix_gen.qemu.loop import Loop

# A kernel that says one of these will say nothing more of use (kernel/panic.c, init/do_mounts.c).
PANIC = re.compile(
    r"Kernel panic|Attempted to kill init|Unable to mount root|Oops(?: |:|\[)|BUG: unable to handle"
)
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours, cursor movements (ECMA-48)
_HALF_SEQUENCE = re.compile(r"\x1b(\[[0-9;?]*)?\Z")
# The shell asks for the rest of a line whose quote is open (PS2). A lost character opens one, and
# then no line ends it: each has its quotes in pairs.
_OPEN_QUOTE = re.compile(r"(?:^|[#$>] )> ", re.MULTILINE)
# dash takes no notice of Ctrl-C at times: what is open is closed then.
_WAYS_OUT = (b"\x03", b"'\n", b")\n", b"\x03", b'"\n', b")\n")
_ANSWER_S = 3.0
# busybox sh takes no longer line on a terminal (CONFIG_FEATURE_EDITING_MAX_LEN is 1024).
_LONGEST_LINE = 1000
# What nobody waited for so far: a boot with all its messages is a tenth of this.
_MOST_UNREAD = 4 << 20
_LONGEST_TAIL = 8192


class ConsoleError(RunError):
    """The guest said something fatal, ended, or did not say in time what was waited for."""


@frozen(kw_only=True)
class Result:
    """A command that ran on the guest; `text` is its output, both streams."""

    command: str
    status: int
    text: str


class _Mark:
    """A word that stands for itself only in output: the echo of a typed line has another form."""

    def __init__(self) -> None:
        # Digits: if the guest loses the start of a line, the rest is not a command (dc, df, ed).
        word = f"{secrets.randbelow(10**6):06}"
        self.shown = f"@{word}"
        self.typed = f"@{word[:3]}''{word[3:]}"


class Console:
    """One end of a socket or terminal whose other end is the guest's first serial port."""

    def __init__(
        self,
        descriptor: int,
        loop: Loop,
        *,
        log: Path | None = None,
        listener: Callable[[str], object] | None = None,
    ) -> None:
        self._descriptor = descriptor
        self._loop = loop
        self._listener = listener
        self._log = log.open("wb", buffering=0) if log is not None else None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._read = 0
        self._held = ""
        self._panic: str | None = None
        self.text = ""
        self.ended = False
        os.set_blocking(descriptor, False)
        loop.add(self)

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def receive(self) -> bool:
        """Take what has come; False at the end of the guest."""
        try:
            piece = os.read(self._descriptor, 65536)
        except BlockingIOError:
            return True
        except OSError:  # a terminal whose other end has gone
            piece = b""
        if not piece:
            self.ended = True
            return False
        if self._log is not None:
            self._log.write(piece)
        self._add(self._held + self._decoder.decode(piece).replace("\r", ""))
        return True

    def _add(self, text: str) -> None:
        half = _HALF_SEQUENCE.search(text)
        self._held = half.group() if half is not None else ""
        text = _SEQUENCE.sub("", text.removesuffix(self._held))
        start = max(0, len(self.text) - 80)
        self.text += text
        if self._panic is None and (panic := PANIC.search(self.text, start)):
            self._panic = panic.group()
        if self._listener is not None:
            self._listener(text)

    def wait_for(self, pattern: str | re.Pattern[str], timeout_s: float) -> re.Match[str]:
        r"""Wait until new text matches, and go on after the match; ConsoleError otherwise.

        New is what came after the last match. ``^`` matches at every line; a whole line ends in
        ``\n``, for ``$`` matches at the end of half a line too. A panic, and the end of QEMU, end
        the wait at once.
        """
        wanted = re.compile(pattern, re.MULTILINE) if isinstance(pattern, str) else pattern
        found: list[re.Match[str]] = []

        def done() -> bool:
            match = wanted.search(self.text, self._read)
            if match is not None:
                found.append(match)
            too_much = len(self.text) - self._read > _MOST_UNREAD
            return bool(found) or self.ended or too_much or self._panic is not None

        in_time = self._loop.until(done, timeout_s)
        if found:
            self._read = found[0].end()
            return found[0]
        if self._panic is not None:
            self._loop.until(lambda: self.ended, 1.0)  # the rest of the message
            raise self.error(f"the guest's kernel failed: {self._panic}")
        if len(self.text) - self._read > _MOST_UNREAD:
            raise self.error(f"the guest says too much, and not /{wanted.pattern}/")
        if not in_time:
            what = f"the guest did not say /{wanted.pattern}/ within {timeout_s:g} s"
            raise self.error(what)
        raise self.error(f"QEMU ended before the guest said /{wanted.pattern}/")

    def wait_for_end(self, timeout_s: float) -> None:
        """Wait until QEMU closes the console."""
        if not self._loop.until(lambda: self.ended, timeout_s):
            raise self.error(f"QEMU did not end within {timeout_s:g} s")

    def send(self, line: str) -> None:
        """Type a line."""
        unsent = f"{line}\n".encode()
        if len(unsent) > _LONGEST_LINE:
            raise ValueError(f"a line of {len(unsent)} bytes is too long for the guest's shell")
        self._type(unsent)

    def _type(self, unsent: bytes) -> None:
        while unsent:
            try:
                unsent = unsent[os.write(self._descriptor, unsent) :]
            except BlockingIOError:
                self._loop.idle(0.01)
            except OSError as error:
                self.ended = True
                raise self.error("QEMU ended before the line was typed") from error

    def wait_for_shell(self, timeout_s: float) -> None:
        """Wait until a shell answers; what is typed before it is there may get lost."""
        mark = _Mark()
        end = time.monotonic() + timeout_s - _ANSWER_S
        ways_out = itertools.cycle(_WAYS_OUT)
        while time.monotonic() < end:
            before = len(self.text)
            self.send(f"echo {mark.typed}")
            self._loop.until(functools.partial(self._answered, mark, before), _ANSWER_S)
            if self.ended or mark.shown in self.text:
                break
            if _OPEN_QUOTE.search(self.text, before):
                self._type(next(ways_out))
                # The terminal drops with Ctrl-C what has been typed and not been read.
                self._loop.idle(0.2)
        self.wait_for(mark.shown, _ANSWER_S)

    def _answered(self, mark: _Mark, start: int) -> bool:
        """Say whether the shell has shown the mark, or asks for the rest of the line."""
        return (
            self.ended
            or mark.shown in self.text
            or _OPEN_QUOTE.search(self.text, start) is not None
        )

    def run(self, command: str, timeout_s: float = 60.0) -> Result:
        """Run one line of sh in the shell that reads the console.

        Each line of the output travels with a mark of its own, so that echo, prompts, kernel
        messages and log lines in between do no harm. The command runs in a subshell: variables do
        not last. A child left in the background must let go of its output.
        """
        mark = _Mark()
        # The status stands on a line of its own even when the output lacks its last newline.
        status = "printf '\\n%d\\n' $?"
        inner = f"{{ ( {command} ) </dev/null 2>&1; {status}; }}"
        self.send(f"{inner} | sed s/^/{mark.typed}:/; echo {mark.typed}.")
        before = self._read
        end = self.wait_for(re.escape(f"{mark.shown}."), timeout_s)
        lines = re.findall(rf"{mark.shown}:(.*)$", self.text[before : end.start()], re.MULTILINE)
        text = "\n".join(lines[:-1]).strip("\n")
        if not lines or re.fullmatch(r"[0-9]{1,3}", lines[-1]) is None:
            raise self.error(f"the guest did not say how `{command}` ended")
        return Result(command=command, status=int(lines[-1]), text=text)

    def check(self, command: str, timeout_s: float = 60.0) -> str:
        """Run a command that must succeed, and return its output."""
        result = self.run(command, timeout_s)
        if result.status != 0:
            raise self.error(f"on the guest `{command}` ended with {result.status}: {result.text}")
        return result.text

    def tail(self, lines: int = 25) -> str:
        """Return the last lines of the console."""
        last = self.text[-_LONGEST_TAIL:].rstrip().split("\n")[-lines:]
        return "\n".join(last)

    def error(self, what: str) -> ConsoleError:
        """Return an error that shows the console's last lines."""
        return ConsoleError(Problem(None, what, f"the console's last lines:\n{self.tail()}"))

    def close(self) -> None:
        """Close the descriptor and the log."""
        self._loop.remove(self)
        os.close(self._descriptor)
        if self._log is not None:
            self._log.close()
