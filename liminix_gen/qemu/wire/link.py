"""A cable to a guest's network card: a Unix datagram socket."""

from __future__ import annotations

import socket
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from liminix_gen import files
from liminix_gen.qemu.networks import Dgram

if TYPE_CHECKING:
    from collections.abc import Generator

LONGEST_FRAME = 65536
_MOST_KEPT = 256


class Link:
    """This end of a `Dgram` network; make it before QEMU starts."""

    def __init__(self, network: Dgram) -> None:
        self._remote = str(network.local)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(str(network.remote))
        self._kept: deque[bytes] = deque(maxlen=_MOST_KEPT)

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._socket.fileno()

    def send(self, frame: bytes) -> bool:
        """Send a frame; like a cable, it may lose it (guest not there, or busy): False then."""
        with suppress(BlockingIOError, FileNotFoundError, ConnectionRefusedError):
            self._send_kept()
            self.put(frame)
            return True
        return False

    def post(self, frame: bytes) -> None:
        """Send a frame, later if the guest is busy; it is lost if the guest is not there."""
        self._kept.append(frame)
        with suppress(BlockingIOError):
            self._send_kept()

    def put(self, frame: bytes) -> None:
        """Put a frame on the cable, or raise what the socket does."""
        self._socket.sendto(frame, self._remote)

    def receive(self) -> bytes | None:
        """Return the next frame, or None when none waits."""
        with suppress(BlockingIOError):
            self._send_kept()
        try:
            return self._socket.recv(LONGEST_FRAME)
        except BlockingIOError:
            return None

    def _send_kept(self) -> None:
        while self._kept:
            with suppress(FileNotFoundError, ConnectionRefusedError):
                self.put(self._kept[0])
            self._kept.popleft()

    def close(self) -> None:
        """Pull the cable."""
        self._socket.close()


@contextmanager
def cable() -> Generator[Dgram]:
    """Make a place for the two sockets of a cable, for as long as the block runs."""
    # A socket's path may have 107 bytes.
    with files.temporary_folder() as folder:
        yield Dgram(local=folder / "guest", remote=folder / "peer")
