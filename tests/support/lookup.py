"""A DNS question to a port of this machine, while a loop serves whatever is behind that."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

from tests.support.peer import dns

if TYPE_CHECKING:
    from liminix_gen.qemu.loop import Loop

_HOST = "127.0.0.1"


class _Answer:
    """What has come from a socket so far."""

    def __init__(self, connection: socket.socket, loop: Loop) -> None:
        self.octets = b""
        self._connection = connection
        loop.add(self)

    def fileno(self) -> int:
        return self._connection.fileno()

    def receive(self) -> bool:
        piece = self._connection.recv(4096)
        self.octets += piece
        return bool(piece)


def look_up(name: str, port: int, transport: str, loop: Loop) -> dns.Answer:
    """Ask for the addresses of a name by "udp", or by "tcp" (RFC 1035 section 4.2)."""
    question = dns.Query(identifier=7, name=name).encode()
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    head = b"" if transport == "udp" else struct.pack("!H", len(question))
    with socket.socket(socket.AF_INET, kind) as connection:
        connection.settimeout(10)
        connection.connect((_HOST, port))
        answer = _Answer(connection, loop)
        connection.sendall(head + question)
        assert loop.until(lambda: len(answer.octets) > len(head) + 12, 30), transport
        loop.remove(answer)
    return dns.Answer.decode(answer.octets[len(head) :])
