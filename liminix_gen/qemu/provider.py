"""A provider at the other end of a router's wan, who gives an address and leads nowhere."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from liminix_gen.qemu.wire.dhcp import Offer, Server
from liminix_gen.qemu.wire.frames import MacAddress, MalformedError
from liminix_gen.qemu.wire.host import Heard, Host
from liminix_gen.qemu.wire.link import Link, cable

if TYPE_CHECKING:
    from collections.abc import Generator

    from liminix_gen.qemu.loop import Loop
    from liminix_gen.qemu.networks import Dgram
    from liminix_gen.qemu.wire.messages import Udp

# For documentation (RFC 5737): nobody's own network.
_ADDRESS = IPv4Address("203.0.113.1")
_OFFERED = IPv4Interface("203.0.113.10/24")
_DNS_PORT = 53
_NAME_ERROR = 0x8183  # an answer, with recursion: there is no such name
_MAC = MacAddress.parse("52:54:00:00:02:01")


@contextmanager
def provider(loop: Loop) -> Generator[Dgram]:
    """Be the provider for as long as the block runs, and the loop with it.

    It answers DHCP and pings, and knows no name. What is sent through it goes nowhere.
    """
    with cable() as network:
        address = IPv4Interface(f"{_ADDRESS}/24")
        host = Host(Link(network), loop, mac=_MAC, address=address)
        try:
            Server(host, Offer(address=_OFFERED, router=_ADDRESS, dns=(_ADDRESS,)))
            host.listen(_DNS_PORT, lambda heard, udp: _know_no_name(host, heard, udp))
            yield network
        finally:
            host.close()


def _know_no_name(host: Host, heard: Heard, udp: Udp) -> None:
    """Answer a question of DNS (RFC 1035, section 4): there is no such name."""
    question = udp.payload
    end = question.find(0, 12) + 5  # the root ends a name, then come type and class
    if end < 17 or len(question) < end or question[2] & 0x80:
        raise MalformedError("not a DNS question")
    head = struct.pack("!HHHHH", _NAME_ERROR, 1, 0, 0, 0)
    host.reply(heard, udp, question[:2] + head + question[12:end])
