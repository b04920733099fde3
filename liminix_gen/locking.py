"""Taking turns: what two programs must not do at once."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path


@contextmanager
def locked(place: Path, waiting: Callable[[], object] = lambda: None) -> Generator[None]:
    """Hold the lock of a folder, or of a file, which is made if it is not there (flock(2)).

    ``waiting`` is called if another program holds it, before the wait.
    """
    handle = os.open(place, os.O_RDONLY if place.is_dir() else os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
