"""A provider at the other end of a router's wan, who gives an address and leads nowhere."""

from __future__ import annotations

from contextlib import contextmanager
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from liminix_gen.qemu.peer.dhcp_server import Offer, Server
from liminix_gen.qemu.peer.frames import MacAddress
from liminix_gen.qemu.peer.host import Host
from liminix_gen.qemu.peer.link import Link, cable
from liminix_gen.qemu.peer.servers import Names

if TYPE_CHECKING:
    from collections.abc import Generator

    from liminix_gen.qemu.loop import Loop
    from liminix_gen.qemu.networks import Dgram

# For documentation (RFC 5737): nobody's own network.
_ADDRESS = IPv4Address("203.0.113.1")
_OFFERED = IPv4Interface("203.0.113.10/24")
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
            Names(host, {})
            yield network
        finally:
            host.close()
