"""A DHCP server for one client, such as a router's wan port (RFC 2131, section 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from liminix_gen.qemu.peer import dhcp
from liminix_gen.qemu.peer.dhcp import Message
from liminix_gen.qemu.peer.host import LIMITED_BROADCAST, Heard, Host, PeerError
from liminix_gen.qemu.peer.ip import UDP
from liminix_gen.qemu.peer.messages import Udp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address, IPv4Interface


# What RFC 2131 (table 3) lets a server say when it refuses, and a client reads.
_OF_NAK = (dhcp.SERVER_IDENTIFIER, dhcp.TEXT)


@frozen(kw_only=True)
class Offer:
    """What a server gives.

    `options` are raw, by number; they win over those that the rest would make, and None leaves one
    out. `tail` is what ends the message.
    """

    address: IPv4Interface
    router: IPv4Address | None = None
    dns: tuple[IPv4Address, ...] = ()
    domain: str = ""
    seconds: int = 3600
    options: Mapping[int, bytes | None] = field(factory=dict[int, bytes | None])
    tail: bytes = b"\xff"


class Server:
    """Answers every client of a host's link with one offer; silent while that is None.

    It hears nothing of the kinds in `deaf_to`. While it `refuses`, no request is granted.
    """

    def __init__(self, host: Host, offer: Offer | None) -> None:
        self.offer = offer
        self.refuses = False
        self.deaf_to: frozenset[int] = frozenset()
        self.messages: list[Message] = []
        self._host = host
        host.listen(dhcp.SERVER_PORT, self._handle)

    def count(self, kind: int) -> int:
        """Return how many messages of a kind came in."""
        return sum(message.kind == kind for message in self.messages)

    def _handle(self, heard: Heard, udp: Udp) -> None:
        message = Message.decode(udp.payload)
        self.messages.append(message)
        if self.offer is None or message.kind in self.deaf_to:
            return
        if message.kind == dhcp.DISCOVER:
            self._answer(heard, message, dhcp.OFFER, self.offer)
        elif message.kind == dhcp.REQUEST_ADDRESS:
            # A renewing client says its address in the head, others in an option.
            asked = message.addresses(dhcp.REQUESTED_ADDRESS) or (message.client_address,)
            right = asked[0] == self.offer.address.ip and not self.refuses
            self._answer(heard, message, dhcp.ACK if right else dhcp.NAK, self.offer)

    def _answer(self, heard: Heard, message: Message, kind: int, offer: Offer) -> None:
        if self._host.address is None:
            raise PeerError("a DHCP server needs an address")
        own = self._host.address.ip
        options = _options(offer) if kind != dhcp.NAK else {}
        options[dhcp.SERVER_IDENTIFIER] = own.packed
        given = offer.options.items()
        options |= {key: value for key, value in given if kind != dhcp.NAK or key in _OF_NAK}
        options[dhcp.MESSAGE_TYPE] = bytes((kind,))
        answer = Message(
            operation=dhcp.REPLY,
            transaction=message.transaction,
            client=message.client,
            client_address=message.client_address,
            your_address=dhcp.UNSPECIFIED if kind == dhcp.NAK else offer.address.ip,
            server_address=own,
            broadcast=message.broadcast,
            options={number: value for number, value in options.items() if value is not None},
            tail=offer.tail,
        )
        renewing = message.client_address != dhcp.UNSPECIFIED and kind != dhcp.NAK
        destination = message.client_address if renewing else LIMITED_BROADCAST
        reply = Udp(
            source_port=dhcp.SERVER_PORT,
            destination_port=dhcp.CLIENT_PORT,
            payload=answer.encode(),
        )
        # To the client's own hardware address: it has no other yet, and hears this one.
        octets = reply.encode(own, destination)
        self._host.transmit(heard.mac, own, destination, UDP, octets)


def _options(offer: Offer) -> dict[int, bytes | None]:
    options: dict[int, bytes | None] = {
        dhcp.SUBNET_MASK: offer.address.netmask.packed,
        dhcp.LEASE_SECONDS: offer.seconds.to_bytes(4, "big"),
    }
    if offer.router is not None:
        options[dhcp.ROUTER] = offer.router.packed
    if offer.dns:
        options[dhcp.DNS_SERVERS] = dhcp.packed(offer.dns)
    if offer.domain:
        options[dhcp.DOMAIN] = offer.domain.encode("ascii")
    return options
