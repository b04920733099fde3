"""Ethernet frames, with one 802.1Q tag or none, and ARP (RFC 826) on IPv4."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

from attrs import field, frozen, validators

ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_ARP = 0x0806
_ETHERTYPE_VLAN = 0x8100
_SHORTEST = 60  # without the checksum, which QEMU's frames lack
ARP_REQUEST = 1
ARP_REPLY = 2


class MalformedError(ValueError):
    """Bytes that are not what they should be; a peer drops them."""


@frozen(order=True)
class MacAddress:
    """A hardware address of 6 bytes."""

    octets: bytes = field(validator=[validators.min_len(6), validators.max_len(6)])

    @classmethod
    def parse(cls, text: str) -> MacAddress:
        """Read the form ``52:54:00:00:00:01``."""
        return cls(bytes.fromhex(text.replace(":", "")))

    def __str__(self) -> str:
        return self.octets.hex(":")


BROADCAST = MacAddress(b"\xff" * 6)
NOBODY = MacAddress(bytes(6))


@frozen(kw_only=True)
class Ethernet:
    """A frame (IEEE 802.3) without its checksum; short ones are padded when they are encoded."""

    destination: MacAddress
    source: MacAddress
    ethertype: int
    payload: bytes
    vlan: int | None = None

    def encode(self) -> bytes:
        """Return the bytes on the wire."""
        tag = b"" if self.vlan is None else struct.pack("!HH", _ETHERTYPE_VLAN, self.vlan)
        kind = struct.pack("!H", self.ethertype)
        frame = self.destination.octets + self.source.octets + tag + kind + self.payload
        return frame.ljust(_SHORTEST, b"\0")

    @classmethod
    def decode(cls, frame: bytes) -> Ethernet:
        """Read a frame; a priority in the tag is dropped."""
        if len(frame) < 18:
            raise MalformedError("short Ethernet frame")
        ethertype: int = struct.unpack_from("!H", frame, 12)[0]
        vlan = None
        start = 14
        if ethertype == _ETHERTYPE_VLAN:
            tag, ethertype = struct.unpack_from("!HH", frame, 14)
            vlan, start = tag & 0xFFF, 18
        return cls(
            destination=MacAddress(frame[:6]),
            source=MacAddress(frame[6:12]),
            ethertype=ethertype,
            payload=frame[start:],
            vlan=vlan,
        )


@frozen(kw_only=True)
class Arp:
    """An ARP request or reply for IPv4 over Ethernet."""

    operation: int
    sender_mac: MacAddress
    sender: IPv4Address
    target_mac: MacAddress
    target: IPv4Address

    def encode(self) -> bytes:
        """Return the 28 bytes of the packet."""
        head = struct.pack("!HHBBH", 1, ETHERTYPE_IPV4, 6, 4, self.operation)
        sender = self.sender_mac.octets + self.sender.packed
        return head + sender + self.target_mac.octets + self.target.packed

    @classmethod
    def decode(cls, packet: bytes) -> Arp:
        """Read a packet; padding after it is ignored."""
        if len(packet) < 28 or packet[:6] != struct.pack("!HHBB", 1, ETHERTYPE_IPV4, 6, 4):
            raise MalformedError("not an ARP packet for IPv4 over Ethernet")
        return cls(
            operation=struct.unpack_from("!H", packet, 6)[0],
            sender_mac=MacAddress(packet[8:14]),
            sender=IPv4Address(packet[14:18]),
            target_mac=MacAddress(packet[18:24]),
            target=IPv4Address(packet[24:28]),
        )
