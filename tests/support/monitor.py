"""QEMU's monitor, for what happens to a machine from outside."""

from __future__ import annotations

import socket
from pathlib import Path

from attrs import frozen


@frozen
class Monitor:
    """A monitor that listens on a socket in a file."""

    file: Path

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments that give a machine this monitor."""
        monitor = f"socket,id=monitor,path={self.file},server=on,wait=off"
        return ("-chardev", monitor, "-mon", "chardev=monitor")

    def set_cable(self, card: int, *, plugged: bool) -> None:
        """Pull the cable out of a network card, or plug it in."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(str(self.file))
            monitor.sendall(f"set_link net{card} {'on' if plugged else 'off'}\n".encode())
            # It has done so when it prompts again.
            said = b""
            while said.count(b"(qemu) ") < 2:
                said += monitor.recv(4096)
