"""UDP (RFC 768) and ICMP (RFC 792)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from liminix_gen.qemu.wire.frames import MalformedError
from liminix_gen.qemu.wire.ip import UDP, Ipv4, checksum

if TYPE_CHECKING:
    from ipaddress import IPv4Address

ECHO_REPLY = 0
ECHO_REQUEST = 8


def pseudo_header(source: IPv4Address, destination: IPv4Address, protocol: int, size: int) -> bytes:
    """Return what a checksum covers besides the message."""
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
        pseudo = pseudo_header(source, destination, UDP, size)
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
        pseudo = pseudo_header(packet.source, packet.destination, UDP, size)
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
