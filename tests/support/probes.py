"""Frames that ask many ports of the router at once, and what came back.

They go out in batches, as fast as the guest takes them: an ARP request after each batch is answered
when all before it have been dealt with, in every state of a firewall.
"""

from __future__ import annotations

import secrets
import struct
import time
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from liminix_gen.qemu.wire import frames
from liminix_gen.qemu.wire.frames import Ethernet, MacAddress
from liminix_gen.qemu.wire.ip import ICMP, UDP, checksum
from tests.support.peer import tcp
from tests.support.peer.neighbours import ETHERTYPE_IPV6, ICMP6
from tests.support.peer.tcp import TCP
from tests.support.router import TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.support.peer.peer import Peer

Address = IPv4Address | IPv6Address
_BATCH = 1024
_ROUNDS = 10
EVERY_PORT = range(1, 65536)


@frozen(order=True)
class Answer:
    """What a port did: it took the connection or answered, or a reset or ICMP message came."""

    protocol: Literal["tcp", "udp", "icmp"]
    port: int
    what: Literal["open", "closed"]


@frozen(kw_only=True)
class Way:
    """From an address of a peer to one of the router (or beyond it), in frames to a card.

    `router` is its address on this side. Probes come from `port`, which is also the identifier of echo requests: what an earlier way was
    answered, and is told again and again, is no answer to this one.
    """

    peer: Peer
    router: IPv4Address
    mac: MacAddress
    source: Address
    destination: Address
    port: int = field(factory=lambda: 40_000 + secrets.randbelow(9_000))

    def frame(self, protocol: int, payload: bytes) -> bytes:
        """Return a frame of a packet with that payload."""
        return ethernet(self, packet(self.source, self.destination, protocol, payload))

    def tcp(self, ports: Iterable[int], flags: int = tcp.SYN) -> Iterator[bytes]:
        """Yield a frame for each port."""
        for port in ports:
            yield self.frame(TCP, self.segment(port, flags))

    def segment(self, port: int, flags: int, source_port: int | None = None) -> bytes:
        """Return a TCP segment without data."""
        start = struct.pack("!HHIIBB", source_port or self.port, port, 7, 0, 5 << 4, flags)
        text = start + struct.pack("!HHH", 8192, 0, 0)
        total = self._checksum(TCP, text)
        return text[:16] + struct.pack("!H", total) + text[18:]

    def udp(self, questions: dict[int, bytes]) -> Iterator[bytes]:
        """Yield a frame for each port, with a question that its usual owner answers."""
        for port, question in questions.items():
            head = struct.pack("!HHH", self.port, port, 8 + len(question))
            total = self._checksum(UDP, head + bytes(2) + question)
            yield self.frame(UDP, head + struct.pack("!H", total or 0xFFFF) + question)

    def ping(self) -> bytes:
        """Return a frame with an echo request."""
        kind = 8 if self.destination.version == 4 else 128
        text = struct.pack("!BBHHH", kind, 0, 0, self.port, 1) + b"liminix-gen"
        total = checksum(text) if kind == 8 else self._checksum(ICMP6, text)
        protocol = ICMP if kind == 8 else ICMP6
        return self.frame(protocol, text[:2] + struct.pack("!H", total) + text[4:])

    def answers(self, tapped: Iterable[bytes]) -> set[Answer]:
        """Return what frames say about the ports that were asked along this way."""
        found = (self._answer(packet) for packet in self.sent(tapped))
        return {one for one in found if one is not None}

    def sent(self, tapped: Iterable[bytes]) -> list[Packet]:
        """Return the packets that the router's card sent, of all that was heard."""
        packets = (Packet.of(octets) for octets in tapped)
        return [packet for packet in packets if packet is not None and packet.mac == self.mac]

    def _answer(self, packet: Packet) -> Answer | None:
        text = packet.payload
        if packet.protocol in (TCP, UDP) and len(text) >= 8:
            port, to = struct.unpack_from("!HH", text)
            if to != self.port:
                return None
            if packet.protocol == UDP:
                return Answer("udp", port, "open")
            flags = text[13] & (tcp.SYN | tcp.ACK | tcp.RESET)
            return Answer("tcp", port, "open" if flags == tcp.SYN | tcp.ACK else "closed")
        if packet.protocol in (ICMP, ICMP6) and len(text) >= 8:
            return self._icmp(packet.protocol, text)
        return None

    def _icmp(self, protocol: int, text: bytes) -> Answer | None:
        if text[0] in (0, 129):
            asked = struct.unpack_from("!H", text, 4)[0] == self.port
            return Answer("icmp", 0, "open") if asked else None
        # RFC 792, RFC 4443: an error quotes the head of the packet that it is about.
        if text[0] not in ({3, 11, 12} if protocol == ICMP else {1, 2, 3, 4}):
            return None
        kind = frames.ETHERTYPE_IPV4 if protocol == ICMP else ETHERTYPE_IPV6
        quoted = Packet.read(kind, text[8:].ljust(64, b"\0"))
        if quoted is None or quoted[2] not in (TCP, UDP):
            return None
        source_port, port = struct.unpack_from("!HH", quoted[3].ljust(4, b"\0"))
        if source_port != self.port:
            return None
        return Answer("tcp" if quoted[2] == TCP else "udp", port, "closed")

    def _checksum(self, protocol: int, text: bytes) -> int:
        ends = self.source.packed + self.destination.packed
        return checksum(ends + struct.pack("!II", len(text), protocol) + text)


def ethernet(way: Way, octets: bytes) -> bytes:
    """Return a frame along a way, to a group's hardware address if it goes to one."""
    destination = way.mac
    if way.destination.is_multicast and way.destination.version == 6:
        destination = MacAddress(b"\x33\x33" + way.destination.packed[-4:])
    kind = frames.ETHERTYPE_IPV4 if way.destination.version == 4 else ETHERTYPE_IPV6
    return Ethernet(
        destination=destination, source=way.peer.mac, ethertype=kind, payload=octets
    ).encode()


def packet(source: Address, destination: Address, protocol: int, payload: bytes) -> bytes:
    """Return a packet of either family, without options."""
    ends = source.packed + destination.packed
    if source.version == 6:
        return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 255) + ends + payload
    head = struct.pack("!BBHHHBB", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol)
    return head + struct.pack("!H", checksum(head + bytes(2) + ends)) + ends + payload


def send(way: Way, probes: Iterable[bytes]) -> list[bytes]:
    """Send frames, and return all that came in until the router had dealt with them."""
    peer = way.peer
    with peer.tap() as tapped:
        for number, probe in enumerate(probes, 1):
            _put(peer, probe)
            if number % _BATCH == 0:
                _settle(peer, way.router)
        # The router may ask where the peer is before it answers, and some answers are those of its
        # programs. A time that it does not get on a busy machine would not do.
        for _ in range(_ROUNDS):
            _settle(peer, way.router)
            peer.loop.idle(0.03)
    return tapped


def _put(peer: Peer, frame: bytes) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not peer.link.send(frame):
        assert time.monotonic() < deadline, "the guest takes no frames"
        peer.loop.idle(0.001)


def _settle(peer: Peer, router: IPv4Address) -> None:
    """Wait until the router has dealt with all that was sent before."""
    peer.neighbours.pop(router, None)
    assert peer.arp(router, TIMEOUT_S) is not None, f"{router} does not answer ARP"


@frozen(kw_only=True)
class Packet:
    """A packet as it came in; fragments and extension headers are no matter here."""

    source: Address
    destination: Address
    protocol: int
    payload: bytes
    mac: MacAddress

    @classmethod
    def of(cls, octets: bytes) -> Packet | None:
        """Read a frame; None for other frames than those of IP without a tag."""
        frame = Ethernet.decode(octets)
        if frame.vlan is not None:
            return None
        read = cls.read(frame.ethertype, frame.payload)
        if read is None:
            return None
        source, destination, protocol, payload = read
        return cls(
            source=source,
            destination=destination,
            protocol=protocol,
            payload=payload,
            mac=frame.source,
        )

    @staticmethod
    def read(ethertype: int, text: bytes) -> tuple[Address, Address, int, bytes] | None:
        """Return both ends, the protocol and what it carries."""
        if ethertype == frames.ETHERTYPE_IPV4:
            head = (text[0] & 15) * 4
            size: int = struct.unpack_from("!H", text, 2)[0]
            ends = ip_address(text[12:16]), ip_address(text[16:20])
            return (*ends, text[9], text[head : max(size, head)])
        if ethertype == ETHERTYPE_IPV6:
            return ip_address(text[8:24]), ip_address(text[24:40]), text[6], text[40:]
        return None
