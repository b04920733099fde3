"""IPv4 packets (RFC 791) and the Internet checksum (RFC 1071)."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

from attrs import frozen

from liminix_gen.qemu.wire.frames import MalformedError

ICMP = 1
UDP = 17


def checksum(octets: bytes) -> int:
    """Return the Internet checksum (RFC 1071); 0 over octets that hold their own."""
    if len(octets) % 2:
        octets += b"\0"
    total: int = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


@frozen(kw_only=True)
class Ipv4:
    """A packet in one piece, without options."""

    source: IPv4Address
    destination: IPv4Address
    protocol: int
    payload: bytes
    hops: int = 64
    identification: int = 0

    def encode(self) -> bytes:
        """Return the packet with its checksum."""
        size = 20 + len(self.payload)
        ends = self.source.packed + self.destination.packed
        fixed = struct.pack("!BBHHH", 0x45, 0, size, self.identification, 0)
        life = struct.pack("!BB", self.hops, self.protocol)
        total = struct.pack("!H", checksum(fixed + life + b"\0\0" + ends))
        return fixed + life + total + ends + self.payload

    @classmethod
    def decode(cls, packet: bytes) -> Ipv4:
        """Read a packet; options are skipped, fragments refused (nothing here sends any)."""
        if len(packet) < 20 or packet[0] >> 4 != 4:
            raise MalformedError("not an IPv4 packet")
        header = (packet[0] & 0xF) * 4
        size, identification, fragment = struct.unpack_from("!HHH", packet, 2)
        if not 20 <= header <= size <= len(packet):
            raise MalformedError("IPv4 lengths disagree")
        if checksum(packet[:header]) != 0:
            raise MalformedError("wrong IPv4 checksum")
        if fragment & 0x3FFF:
            raise MalformedError("IPv4 fragment")
        return cls(
            source=IPv4Address(packet[12:16]),
            destination=IPv4Address(packet[16:20]),
            protocol=packet[9],
            payload=packet[header:size],
            hops=packet[8],
            identification=identification,
        )
