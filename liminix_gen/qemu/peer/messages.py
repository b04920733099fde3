"""UDP (RFC 768), ICMP echo (RFC 792) and the head of a TCP segment (RFC 9293)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from liminix_gen.qemu.peer.frames import MalformedError
from liminix_gen.qemu.peer.ip import TCP, UDP, Ipv4, checksum

if TYPE_CHECKING:
    from ipaddress import IPv4Address

ECHO_REPLY = 0
UNREACHABLE = 3
ECHO_REQUEST = 8

TCP_SYN = 0x02
TCP_RESET = 0x04
TCP_ACK = 0x10


def _pseudo_header(
    source: IPv4Address, destination: IPv4Address, protocol: int, size: int
) -> bytes:
    return source.packed + destination.packed + struct.pack("!BBH", 0, protocol, size)


@frozen(kw_only=True)
class Udp:
    """A datagram."""

    source_port: int
    destination_port: int
    payload: bytes

    def encode(self, source: IPv4Address, destination: IPv4Address) -> bytes:
        """Return the datagram with its checksum, which covers both addresses."""
        size = 8 + len(self.payload)
        ports = struct.pack("!HHH", self.source_port, self.destination_port, size)
        pseudo = _pseudo_header(source, destination, UDP, size)
        total = checksum(pseudo + ports + b"\0\0" + self.payload)
        return ports + struct.pack("!H", total or 0xFFFF) + self.payload

    @classmethod
    def decode(cls, packet: Ipv4) -> Udp:
        """Read a datagram and verify its checksum, if it has one."""
        octets = packet.payload
        if len(octets) < 8:
            raise MalformedError("short UDP datagram")
        source_port, destination_port, size, total = struct.unpack_from("!HHHH", octets)
        if not 8 <= size <= len(octets):
            raise MalformedError("wrong UDP length")
        pseudo = _pseudo_header(packet.source, packet.destination, UDP, size)
        if total and checksum(pseudo + octets[:size]) != 0:
            raise MalformedError("wrong UDP checksum")
        return cls(
            source_port=source_port,
            destination_port=destination_port,
            payload=octets[8:size],
        )


@frozen(kw_only=True)
class Icmp:
    """An ICMP message; identifier and sequence are those of an echo."""

    kind: int
    code: int = 0
    identifier: int = 0
    sequence: int = 0
    payload: bytes = b""

    def with_kind(self, kind: int) -> Icmp:
        """Return the same message as another kind: a reply repeats its request."""
        return evolve(self, kind=kind)

    def encode(self) -> bytes:
        """Return the message with its checksum."""
        head = struct.pack("!BB", self.kind, self.code)
        rest = struct.pack("!HH", self.identifier, self.sequence) + self.payload
        return head + struct.pack("!H", checksum(head + b"\0\0" + rest)) + rest

    @classmethod
    def decode(cls, octets: bytes) -> Icmp:
        """Read a message and verify its checksum."""
        if len(octets) < 8 or checksum(octets) != 0:
            raise MalformedError("not an ICMP message")
        kind, code, _, identifier, sequence = struct.unpack_from("!BBHHH", octets)
        return cls(
            kind=kind, code=code, identifier=identifier, sequence=sequence, payload=octets[8:]
        )


@frozen(kw_only=True)
class Tcp:
    """A segment without options and data: enough to see whether a port is open."""

    source_port: int
    destination_port: int
    sequence: int
    acknowledgement: int
    flags: int

    def encode(self, source: IPv4Address, destination: IPv4Address) -> bytes:
        """Return the segment with its checksum, which covers both addresses."""
        ports = struct.pack("!HH", self.source_port, self.destination_port)
        numbers = struct.pack("!II", self.sequence, self.acknowledgement)
        rest = struct.pack("!BBH", 5 << 4, self.flags, 8192)
        pseudo = _pseudo_header(source, destination, TCP, 20)
        head = ports + numbers + rest
        return head + struct.pack("!HH", checksum(pseudo + head + bytes(4)), 0)

    @classmethod
    def decode(cls, packet: Ipv4) -> Tcp:
        """Read a segment's head and verify the checksum; options and data are left out."""
        octets = packet.payload
        pseudo = _pseudo_header(packet.source, packet.destination, TCP, len(octets))
        if len(octets) < 20 or checksum(pseudo + octets) != 0:
            raise MalformedError("not a TCP segment")
        source_port, destination_port, sequence, acknowledgement = struct.unpack_from(
            "!HHII", octets
        )
        return cls(
            source_port=source_port,
            destination_port=destination_port,
            sequence=sequence,
            acknowledgement=acknowledgement,
            flags=octets[13],
        )
