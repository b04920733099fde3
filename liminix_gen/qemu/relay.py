"""Datagrams from a port of this machine to a guest; QEMU's own forwards lose the answers."""

from __future__ import annotations

import itertools
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from liminix_gen.qemu.wire import frames
from liminix_gen.qemu.wire.ip import UDP
from liminix_gen.qemu.wire.messages import Udp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liminix_gen.qemu.loop import Loop
    from liminix_gen.qemu.networks import Forward
    from liminix_gen.qemu.wire.host import Heard, Host

_LARGEST = 1472  # bytes in a frame of Ethernet, behind the heads of IPv4 and UDP
_CLIENTS = 1024


def own_ports() -> Iterator[int]:
    """Yield ports for the relays of a host, again and again (RFC 6335, section 6)."""
    return itertools.cycle(range(49152, 65536))


class Relay:
    """Has a port of this machine, and speaks to the guest as `host`.

    Each client gets one of `ports` of the host, which relays share. Of more than 1024 clients the
    oldest is forgotten.
    """

    def __init__(self, host: Host, loop: Loop, forward: Forward, ports: Iterator[int]) -> None:
        self._host = host
        self._loop = loop
        self._forward = forward
        self._clients: dict[tuple[str, int], int] = {}
        self._ports = ports
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((str(forward.host_address), forward.host_port))
        loop.add(self)

    @property
    def port(self) -> int:
        """The port of this machine: the forward's, or a free one if that is 0."""
        return int(self._socket.getsockname()[1])

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._socket.fileno()

    def receive(self) -> bool:
        """Pass on what has come."""
        with suppress(BlockingIOError):
            while True:
                payload, client = self._socket.recvfrom(65536)
                if len(payload) <= _LARGEST:
                    self._send(payload, client)
        return True

    def _send(self, payload: bytes, client: tuple[str, int]) -> None:
        if self._host.address is None:
            return
        own, guest = self._host.address.ip, self._forward.guest_address
        udp = Udp(
            source_port=self._port_of(client),
            destination_port=self._forward.guest_port,
            payload=payload,
        )
        # A guest that answers asks for the hardware address of this side first, and says its own.
        mac = self._host.neighbours.get(guest, frames.BROADCAST)
        self._host.transmit(mac, own, guest, UDP, udp.encode(own, guest))

    def _port_of(self, client: tuple[str, int]) -> int:
        known = self._clients.get(client)
        if known is not None:
            return known
        if len(self._clients) == _CLIENTS:
            self._clients.pop(next(iter(self._clients)))
        # Not those of another relay of the same host.
        port = next(self._ports)
        self._clients[client] = port

        def answer(heard: Heard, udp: Udp) -> None:
            source = (heard.packet.source, udp.source_port)
            if source == (self._forward.guest_address, self._forward.guest_port):
                with suppress(OSError):
                    self._socket.sendto(udp.payload, client)

        self._host.listen(port, answer)
        return port

    def close(self) -> None:
        """Give the port back."""
        self._loop.remove(self)
        self._socket.close()
