"""The head of a TCP segment (RFC 9293)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from attrs import frozen

from liminix_gen.qemu.wire.frames import MalformedError
from liminix_gen.qemu.wire.ip import Ipv4, checksum
from liminix_gen.qemu.wire.messages import pseudo_header

if TYPE_CHECKING:
    from ipaddress import IPv4Address

TCP = 6
SYN = 0x02
RESET = 0x04
ACK = 0x10


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
        pseudo = pseudo_header(source, destination, TCP, 20)
        head = ports + numbers + rest
        return head + struct.pack("!HH", checksum(pseudo + head + bytes(4)), 0)

    @classmethod
    def decode(cls, packet: Ipv4) -> Tcp:
        """Read a segment's head and verify the checksum; options and data are left out."""
        octets = packet.payload
        pseudo = pseudo_header(packet.source, packet.destination, TCP, len(octets))
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
