"""A small IPv4 computer that asks its network questions, and answers those of others."""

from __future__ import annotations

import secrets
import time
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from liminix_gen.errors import RunError
from liminix_gen.qemu.wire import frames
from liminix_gen.qemu.wire.frames import Ethernet, MalformedError
from liminix_gen.qemu.wire.host import LIMITED_BROADCAST, UNSPECIFIED, Heard, Host
from liminix_gen.qemu.wire.ip import ICMP, UDP, Ipv4
from liminix_gen.qemu.wire.messages import ECHO_REPLY, ECHO_REQUEST, Icmp, Udp
from tests.support.peer import dns, neighbours, tcp
from tests.support.peer.tcp import TCP, Tcp

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address

    from liminix_gen.qemu.loop import Loop
    from liminix_gen.qemu.wire.frames import MacAddress
    from liminix_gen.qemu.wire.link import Link

T = TypeVar("T")
_UNREACHABLE = 3
_EPHEMERAL = range(49152, 65536)  # RFC 6335, section 6


class Port(Enum):
    """What a TCP port does with a caller."""

    OPEN = "open"
    CLOSED = "closed"
    UNREACHABLE = "unreachable"
    SILENT = "silent"


class PeerError(RunError):
    """A peer cannot do what it was asked to, or nobody answered in time."""


@frozen(kw_only=True)
class Overheard(Heard):
    """A packet that came in; `message` is None for protocols that a peer does not know."""

    message: Icmp | Udp | Tcp | None

    @classmethod
    def decode(cls, frame: Ethernet) -> Overheard:
        """Read a frame that holds IPv4."""
        packet = Ipv4.decode(frame.payload)
        message: Icmp | Udp | Tcp | None = None
        if packet.protocol == ICMP:
            message = Icmp.decode(packet.payload)
        elif packet.protocol == TCP:
            message = Tcp.decode(packet)
        elif packet.protocol == UDP:
            message = Udp.decode(packet)
        return cls(mac=frame.source, packet=packet, message=message)


class Peer(Host):
    """A computer that asks. Its waits serve the whole loop, so several peers live at once.

    With `answers_for`, it stands for every address of these networks too: it answers pings and
    datagrams to them, as if it were the gateway to them. It hears nothing of the `ignored`. Of IPv6
    it says only where its `addresses6` are.
    """

    def __init__(
        self,
        link: Link,
        loop: Loop,
        *,
        mac: MacAddress,
        address: IPv4Interface | None = None,
        gateway: IPv4Address | None = None,
        vlan: int | None = None,
        answers_for: tuple[IPv4Network, ...] = (),
    ) -> None:
        super().__init__(link, loop, mac=mac, address=address)
        self.gateway = gateway
        self.vlan = vlan
        self.answers_for = answers_for
        self.addresses6: set[IPv6Address] = set()
        self.ignored: set[MacAddress] = set()
        self._listeners: list[list[Overheard]] = []
        self._taps: list[list[bytes]] = []

    @contextmanager
    def overhear(self) -> Generator[list[Overheard]]:
        """Collect the packets that come in during the block."""
        heard: list[Overheard] = []
        self._listeners.append(heard)
        try:
            yield heard
        finally:
            # By identity: two lists with equal packets are still two.
            self._listeners = [one for one in self._listeners if one is not heard]

    @contextmanager
    def tap(self) -> Generator[list[bytes]]:
        """Collect every frame that comes in during the block, whatever it is and for whom."""
        tapped: list[bytes] = []
        self._taps.append(tapped)
        try:
            yield tapped
        finally:
            self._taps = [one for one in self._taps if one is not tapped]

    def take(self, octets: bytes) -> None:
        for tap in self._taps:
            tap.append(octets)
        frame = Ethernet.decode(octets)
        asked = frame.ethertype == neighbours.ETHERTYPE_IPV6
        to_us = asked or frame.destination in (self.mac, frames.BROADCAST)
        if to_us and frame.vlan == self.vlan and frame.source not in self.ignored:
            self.handle(frame)

    def handle(self, frame: Ethernet) -> None:
        if frame.ethertype == neighbours.ETHERTYPE_IPV6:
            advertisement = neighbours.answer(frame, self.addresses6, self.mac)
            if advertisement is not None:
                self.link.post(advertisement.encode())
            return
        if frame.ethertype == frames.ETHERTYPE_IPV4:
            heard = Overheard.decode(frame)
            for listener in self._listeners:
                listener.append(heard)
        super().handle(frame)

    def owns(self, address: IPv4Address) -> bool:
        return super().owns(address) or any(address in network for network in self.answers_for)

    def send_frame(self, mac: MacAddress, ethertype: int, payload: bytes) -> None:
        frame = Ethernet(
            destination=mac,
            source=self.mac,
            ethertype=ethertype,
            payload=payload,
            vlan=self.vlan,
        )
        self.link.post(frame.encode())

    def broadcast(self, source_port: int, destination_port: int, payload: bytes) -> None:
        """Send a datagram to everybody on the link; without an address, from 0.0.0.0."""
        source = UNSPECIFIED if self.address is None else self.address.ip
        udp = Udp(source_port=source_port, destination_port=destination_port, payload=payload)
        octets = udp.encode(source, LIMITED_BROADCAST)
        self.transmit(frames.BROADCAST, source, LIMITED_BROADCAST, UDP, octets)

    def arp(self, address: IPv4Address, timeout_s: float = 5.0) -> MacAddress | None:
        """Ask for a neighbour's hardware address unless it is known; None when it is silent."""

        def ask() -> None:
            self.send_arp(frames.ARP_REQUEST, frames.NOBODY, self.own_address(), address)

        known = self.neighbours.get(address)
        return known or self.repeat(ask, lambda: self.neighbours.get(address), timeout_s)

    def send(self, destination: IPv4Address, protocol: int, payload: bytes) -> bool:
        """Send a packet by way of the gateway if needed; False when the next hop is silent."""
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

            found = self.repeat(lambda: send(tcp.SYN, 1), answer, timeout_s)
        if found is Port.OPEN:
            send(tcp.RESET, 2)
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


def _judge(heard: Overheard, address: IPv4Address, port: int, own_port: int) -> Port | None:
    """Say what a packet tells about the knock at a port; None when it is about something else."""
    match heard.message:
        case Tcp(source_port=source, destination_port=destination, flags=flags):
            if (heard.packet.source, source, destination) == (address, port, own_port):
                return Port.CLOSED if flags & tcp.RESET else Port.OPEN
        case Icmp(kind=kind, payload=quoted) if kind == _UNREACHABLE:
            # RFC 792: the message quotes the head of the packet that it is about.
            if quoted[16:20] == address.packed and quoted[9:10] == bytes((TCP,)):
                return Port.UNREACHABLE
        case _:
            pass
    return None
