"""One loop that waits for a console and network peers at the same time, without threads."""

from __future__ import annotations

import selectors
import time
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Source(Protocol):
    """Something with a descriptor that becomes readable."""

    def fileno(self) -> int:
        """Return the descriptor."""
        ...

    def receive(self) -> bool:
        """Read what is there; False when nothing more will come."""
        ...


class Loop:
    """Waits for conditions, and serves every source meanwhile."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def add(self, source: Source) -> None:
        """Serve a source from now on."""
        self._selector.register(source.fileno(), selectors.EVENT_READ, source)

    def remove(self, source: Source) -> None:
        """Stop serving a source; it need not be there."""
        for key in tuple(self._selector.get_map().values()):
            if key.data is source:
                self._selector.unregister(key.fd)

    def until(self, done: Callable[[], bool], timeout_s: float) -> bool:
        """Serve until `done` says so; False when that takes longer than `timeout_s` seconds.

        What a source raises ends the wait.
        """
        deadline = time.monotonic() + timeout_s
        while not done():
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return False
            self._serve(min(remaining, 0.5))
        return True

    def idle(self, seconds: float) -> None:
        """Serve for a fixed time, to see that something does not happen."""
        self.until(lambda: False, seconds)

    def close(self) -> None:
        """Give the system's resources back."""
        self._selector.close()

    def _serve(self, seconds: float) -> None:
        if not self._selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self._selector.select(seconds):
            if not key.data.receive():
                self.remove(key.data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
