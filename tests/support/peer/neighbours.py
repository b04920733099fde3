"""Answers of IPv6's neighbour discovery (RFC 4861), for peers that are asked where they are."""

from __future__ import annotations

import struct
from ipaddress import IPv6Address
from typing import TYPE_CHECKING

from liminix_gen.qemu.wire.frames import Ethernet
from liminix_gen.qemu.wire.ip import checksum

if TYPE_CHECKING:
    from collections.abc import Container

    from liminix_gen.qemu.wire.frames import MacAddress

ETHERTYPE_IPV6 = 0x86DD
ICMP6 = 58
_SOLICITATION = 135
_ADVERTISEMENT = 136
_SOLICITED_AND_OVERRIDE = 0x60000000


def answer(frame: Ethernet, mine: Container[IPv6Address], mac: MacAddress) -> Ethernet | None:
    """Return the advertisement that a frame asks for; None when it asks for nobody of `mine`."""
    packet = frame.payload
    if len(packet) < 64 or packet[6] != ICMP6 or packet[40] != _SOLICITATION:
        return None
    target = IPv6Address(packet[48:64])
    asker = packet[8:24]
    if target not in mine or not any(asker):
        return None
    text = struct.pack("!BBHI", _ADVERTISEMENT, 0, 0, _SOLICITED_AND_OVERRIDE) + target.packed
    text += struct.pack("!BB", 2, 1) + mac.octets
    ends = target.packed + asker
    total = checksum(ends + struct.pack("!II", len(text), ICMP6) + text)
    head = struct.pack("!IHBB", 6 << 28, len(text), ICMP6, 255)
    return Ethernet(
        destination=frame.source,
        source=mac,
        ethertype=ETHERTYPE_IPV6,
        payload=head + ends + text[:2] + struct.pack("!H", total) + text[4:],
        vlan=frame.vlan,
    )
