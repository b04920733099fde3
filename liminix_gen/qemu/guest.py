"""A QEMU in the background with its console; it ends with the `with` block, whatever happens."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from liminix_gen import process
from liminix_gen.errors import Problem, printable
from liminix_gen.qemu.console import Console, ConsoleError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from liminix_gen.qemu.loop import Loop

# What serviced says on the console when the boot is through; a shell's prompt may stand before it.
_READY = r"liminix-gen: (?P<how>all|\d+ of \d+) services ready.*\n"


class Guest:
    """A running guest. QEMU's own messages stand in the console's text too."""

    def __init__(
        self,
        command: Sequence[str],
        loop: Loop,
        *,
        log: Path | None = None,
        listener: Callable[[str], object] | None = None,
    ) -> None:
        self.loop = loop
        ours, theirs = socket.socketpair()
        try:
            descriptor = theirs.fileno()
            self._child = process.Child(
                # util-linux's: the guest ends with this process, even when that is killed.
                ("setpriv", "--pdeathsig", "KILL", *command),
                stdin=descriptor,
                stdout=descriptor,
                stderr=descriptor,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self.console = Console(ours.detach(), loop, log=log, listener=listener)

    @property
    def shown(self) -> str:
        """The QEMU command as it can be pasted into a shell."""
        return self._child.shown

    def wait_until_ready(self, timeout_s: float) -> str:
        """Wait until all services are ready, and return the line that says so.

        Raises ConsoleError with the list of services when some failed.
        """
        said = self.console.wait_for(_READY, timeout_s)
        line = printable(said.group().strip())
        if said["how"] != "all":
            self.console.wait_for_shell(30.0)
            listed = self.console.run("services").text
            raise ConsoleError(Problem(None, line.removeprefix("liminix-gen: "), listed))
        return line

    def power_off(self, timeout_s: float) -> None:
        """Shut the guest down in order through the shell on its console; QEMU ends with it."""
        self.console.wait_for_shell(min(timeout_s, 30.0))
        self.console.send("poweroff")
        self.wait_for_end(timeout_s)

    def wait_for_end(self, timeout_s: float) -> None:
        """Wait until QEMU has ended by itself."""
        self.console.wait_for_end(timeout_s)
        code = self._child.wait(10.0)
        if code != 0:
            raise self.console.error(f"QEMU ended with exit code {code}")

    def stop(self) -> None:
        """End QEMU at once."""
        self._child.stop()
        with suppress(OSError):
            self.console.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
