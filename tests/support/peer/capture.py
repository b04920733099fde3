"""A cable, and a file of what it carried."""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING

from liminix_gen.qemu.wire.link import LONGEST_FRAME, Link

if TYPE_CHECKING:
    from pathlib import Path

    from liminix_gen.qemu.networks import Dgram


class Capture:
    """A file that tcpdump and Wireshark read (pcap, link type Ethernet)."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._file.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, LONGEST_FRAME, 1))

    def add(self, frame: bytes) -> None:
        """Add a frame that passes now."""
        seconds, fraction = divmod(time.time_ns(), 1_000_000_000)
        head = struct.pack("=IIII", seconds, fraction // 1000, len(frame), len(frame))
        self._file.write(head + frame)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class CapturedLink(Link):
    """An end of a cable that keeps all that passes there."""

    def __init__(self, network: Dgram, capture: Path) -> None:
        super().__init__(network)
        self._capture = Capture(capture)

    def put(self, frame: bytes) -> None:
        super().put(frame)
        self._capture.add(frame)

    def receive(self) -> bytes | None:
        frame = super().receive()
        if frame is not None:
            self._capture.add(frame)
        return frame

    def close(self) -> None:
        super().close()
        self._capture.close()
