"""A cable to a guest's network card: a Unix datagram socket, and a capture of what it carried."""

from __future__ import annotations

import socket
import struct
import tempfile
import time
from collections import deque
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from liminix_gen.qemu.networks import Dgram

if TYPE_CHECKING:
    from collections.abc import Generator

_LONGEST_FRAME = 65536
_MOST_KEPT = 256


class Capture:
    """A file that tcpdump and Wireshark read (pcap, link type Ethernet)."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._file.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, _LONGEST_FRAME, 1))

    def add(self, frame: bytes) -> None:
        """Add a frame that passes now."""
        seconds, fraction = divmod(time.time_ns(), 1_000_000_000)
        head = struct.pack("=IIII", seconds, fraction // 1000, len(frame), len(frame))
        self._file.write(head + frame)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Link:
    """Our end of a `Dgram` network; make it before QEMU starts."""

    def __init__(self, network: Dgram, *, capture: Path | None = None) -> None:
        self._remote = str(network.local)
        self._capture = None if capture is None else Capture(capture)
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
            self._send(frame)
            return True
        return False

    def post(self, frame: bytes) -> None:
        """Send a frame, later if the guest is busy; it is lost if the guest is not there."""
        self._kept.append(frame)
        with suppress(BlockingIOError):
            self._send_kept()

    def _send_kept(self) -> None:
        while self._kept:
            with suppress(FileNotFoundError, ConnectionRefusedError):
                self._send(self._kept[0])
            self._kept.popleft()

    def _send(self, frame: bytes) -> None:
        self._socket.sendto(frame, self._remote)
        if self._capture is not None:
            self._capture.add(frame)

    def receive(self) -> bytes | None:
        """Return the next frame, or None when none waits."""
        with suppress(BlockingIOError):
            self._send_kept()
        try:
            frame = self._socket.recv(_LONGEST_FRAME)
        except BlockingIOError:
            return None
        if self._capture is not None:
            self._capture.add(frame)
        return frame

    def close(self) -> None:
        """Pull the cable."""
        self._socket.close()
        if self._capture is not None:
            self._capture.close()


@contextmanager
def cable() -> Generator[Dgram]:
    """Make a place for the two sockets of a cable, for as long as the block runs."""
    # A socket's path may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="liminix-gen-") as folder:
        yield Dgram(local=Path(folder, "guest"), remote=Path(folder, "peer"))
