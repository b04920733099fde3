"""A small IPv4 computer that asks its network questions, and answers those of others."""

from __future__ import annotations

import secrets
import time
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from liminix_gen.qemu.peer import dns, frames
from liminix_gen.qemu.peer.frames import MalformedError
from liminix_gen.qemu.peer.host import Host, PeerError
from liminix_gen.qemu.peer.ip import ICMP, TCP, UDP
from liminix_gen.qemu.peer.messages import (
    ECHO_REPLY,
    ECHO_REQUEST,
    TCP_RESET,
    TCP_SYN,
    UNREACHABLE,
    Icmp,
    Tcp,
    Udp,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from ipaddress import IPv4Address

    from liminix_gen.qemu.peer.frames import MacAddress
    from liminix_gen.qemu.peer.host import Heard

T = TypeVar("T")
_EPHEMERAL = range(49152, 65536)  # RFC 6335, section 6


class Port(Enum):
    """What a TCP port does with a caller."""

    OPEN = "open"
    CLOSED = "closed"
    UNREACHABLE = "unreachable"
    SILENT = "silent"


class Peer(Host):
    """A computer that asks. Its waits serve the whole loop, so several peers live at once."""

    def arp(self, address: IPv4Address, timeout_s: float = 5.0) -> MacAddress | None:
        """Ask for a neighbour's hardware address unless it is known; None when it is silent."""

        def ask() -> None:
            self.send_arp(frames.ARP_REQUEST, frames.NOBODY, self.own_address(), address)

        known = self.neighbours.get(address)
        return known or self.repeat(ask, lambda: self.neighbours.get(address), timeout_s)

    def send(self, destination: IPv4Address, protocol: int, payload: bytes) -> bool:
        """Send a packet by way of the gateway where needed; False when the next hop is silent."""
        mac = self.arp(self._next_hop(destination))
        if mac is not None:
            self.transmit(mac, self.own_address(), destination, protocol, payload)
        return mac is not None

    def ping(self, address: IPv4Address, timeout_s: float = 10.0) -> bool:
        """Send an echo request each second until one is answered; False when none is."""
        request = Icmp(
            kind=ECHO_REQUEST, identifier=secrets.randbelow(1 << 16), payload=b"liminix-gen"
        )
        with self.overhear() as heard:

            def answer() -> bool | None:
                expected = request.with_kind(ECHO_REPLY)
                came = (one.message for one in heard if one.packet.source == address)
                return expected in came or None

            def ask() -> None:
                self.send(address, ICMP, request.encode())

            return self.repeat(ask, answer, timeout_s) is not None

    def ask(
        self, address: IPv4Address, port: int, payload: bytes, timeout_s: float = 10.0
    ) -> bytes | None:
        """Send a datagram, again every two seconds, and return the first answer; None if none."""
        own_port = secrets.choice(_EPHEMERAL)
        udp = Udp(source_port=own_port, destination_port=port, payload=payload)
        with self.overhear() as heard:

            def answer() -> bytes | None:
                for one in heard:
                    match one.message:
                        case Udp(source_port=source, destination_port=destination, payload=text):
                            if (one.packet.source, source, destination) == (
                                address,
                                port,
                                own_port,
                            ):
                                return text
                        case _:
                            pass
                return None

            def send() -> None:
                self.send(address, UDP, udp.encode(self.own_address(), address))

            return self.repeat(send, answer, timeout_s, every_s=2.0)

    def look_up(self, name: str, server: IPv4Address, timeout_s: float = 15.0) -> dns.Answer:
        """Ask a DNS server for the addresses of a name; PeerError when it is silent."""
        query = dns.Query(identifier=secrets.randbelow(1 << 16), name=name)
        octets = self.ask(server, dns.PORT, query.encode(), timeout_s)
        if octets is None:
            raise PeerError(f"the DNS server {server} did not answer within {timeout_s:g} s")
        try:
            answer = dns.Answer.decode(octets)
        except MalformedError as error:
            raise PeerError(f"the DNS server {server} answered nonsense: {error}") from error
        if answer.identifier != query.identifier:
            raise PeerError(f"the DNS server {server} answered another question")
        return answer

    def knock(self, address: IPv4Address, port: int, timeout_s: float = 5.0) -> Port:
        """Begin a TCP connection and say what the port does; an open one is closed at once."""
        own_port = secrets.choice(_EPHEMERAL)

        def send(flags: int, sequence: int) -> None:
            segment = Tcp(
                source_port=own_port,
                destination_port=port,
                sequence=sequence,
                acknowledgement=0,
                flags=flags,
            )
            self.send(address, TCP, segment.encode(self.own_address(), address))

        with self.overhear() as heard:

            def answer() -> Port | None:
                found = (_judge(one, address, port, own_port) for one in heard)
                return next((one for one in found if one is not None), None)

            found = self.repeat(lambda: send(TCP_SYN, 1), answer, timeout_s)
        if found is Port.OPEN:
            send(TCP_RESET, 2)
        return found or Port.SILENT

    def repeat(
        self,
        send: Callable[[], object],
        answer: Callable[[], T | None],
        timeout_s: float,
        *,
        every_s: float = 1.0,
    ) -> T | None:
        """Send again and again until there is an answer; None when none comes in time."""
        deadline = time.monotonic() + timeout_s
        found: list[T] = []

        def done() -> bool:
            one = answer()
            if one is not None:
                found.append(one)
            return bool(found)

        while not found and (remaining := deadline - time.monotonic()) > 0:
            send()
            self.loop.until(done, min(every_s, remaining))
        return found[0] if found else None

    def own_address(self) -> IPv4Address:
        """Return the peer's address; PeerError while it has none."""
        if self.address is None:
            raise PeerError(f"the peer {self.mac} has no address yet")
        return self.address.ip

    def _next_hop(self, destination: IPv4Address) -> IPv4Address:
        if self.address is not None and destination in self.address.network:
            return destination
        if self.gateway is None:
            raise PeerError(f"the peer {self.mac} has no way to {destination}")
        return self.gateway


def _judge(heard: Heard, address: IPv4Address, port: int, own_port: int) -> Port | None:
    """Say what a packet tells about the knock at a port; None when it is about something else."""
    match heard.message:
        case Tcp(source_port=source, destination_port=destination, flags=flags):
            if (heard.packet.source, source, destination) == (address, port, own_port):
                return Port.CLOSED if flags & TCP_RESET else Port.OPEN
        case Icmp(kind=kind, payload=quoted) if kind == UNREACHABLE:
            # RFC 792: the message quotes the head of the packet that it is about.
            if quoted[16:20] == address.packed and quoted[9:10] == bytes((TCP,)):
                return Port.UNREACHABLE
        case _:
            pass
    return None
