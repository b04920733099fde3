"""DHCP messages (RFC 2131) and a server of one client, such as a router's wan port."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from attrs import field, frozen

from liminix_gen.qemu.wire.frames import MacAddress, MalformedError
from liminix_gen.qemu.wire.host import LIMITED_BROADCAST, UNSPECIFIED, Heard, Host
from liminix_gen.qemu.wire.ip import UDP
from liminix_gen.qemu.wire.messages import Udp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from ipaddress import IPv4Interface

SERVER_PORT = 67
CLIENT_PORT = 68

REPLY = 2

DISCOVER = 1
OFFER = 2
REQUEST_ADDRESS = 3
ACK = 5
NAK = 6

# Options (RFC 2132).
SUBNET_MASK = 1
ROUTER = 3
DNS_SERVERS = 6
REQUESTED_ADDRESS = 50
LEASE_SECONDS = 51
MESSAGE_TYPE = 53
SERVER_IDENTIFIER = 54
_END = 255

_COOKIE = b"\x63\x82\x53\x63"
_FIXED = 236
_BROADCAST_FLAG = 0x8000


@frozen(kw_only=True)
class Message:
    """A message; `options` are raw, by their number."""

    operation: int
    transaction: int
    client: MacAddress
    client_address: IPv4Address = UNSPECIFIED
    your_address: IPv4Address = UNSPECIFIED
    server_address: IPv4Address = UNSPECIFIED
    broadcast: bool = True
    options: Mapping[int, bytes] = field(factory=dict[int, bytes])

    @property
    def kind(self) -> int:
        """DISCOVER, OFFER, ...; 0 when the message does not say."""
        return self.options.get(MESSAGE_TYPE, b"\0")[0]

    def addresses(self, option: int) -> tuple[IPv4Address, ...]:
        """Read an option that is a list of addresses."""
        raw = self.options.get(option, b"")
        return tuple(IPv4Address(raw[at : at + 4]) for at in range(0, len(raw) - 3, 4))

    def encode(self) -> bytes:
        """Return the message, options in the order of their numbers but the type first."""
        flags = _BROADCAST_FLAG if self.broadcast else 0
        head = struct.pack(
            "!BBBBIHH4s4s4s4s16s192x4s",
            *(self.operation, 1, 6, 0, self.transaction, 0, flags),
            *(one.packed for one in (self.client_address, self.your_address)),
            self.server_address.packed,
            UNSPECIFIED.packed,
            self.client.octets,
            _COOKIE,
        )
        order = sorted(self.options, key=lambda number: (number != MESSAGE_TYPE, number))
        body = b"".join(
            bytes((number, len(self.options[number]))) + self.options[number] for number in order
        )
        return head + body + bytes((_END,))

    @classmethod
    def decode(cls, octets: bytes) -> Message:
        """Read a message; the parts of a split option (RFC 3396) are joined."""
        if len(octets) < _FIXED + 4 or octets[_FIXED : _FIXED + 4] != _COOKIE:
            raise MalformedError("not a DHCP message")
        operation, _, _, _, transaction, _, flags = struct.unpack_from("!BBBBIHH", octets)
        fields = [IPv4Address(octets[at : at + 4]) for at in (12, 16, 20)]
        return cls(
            operation=operation,
            transaction=transaction,
            client=MacAddress(octets[28:34]),
            client_address=fields[0],
            your_address=fields[1],
            server_address=fields[2],
            broadcast=bool(flags & _BROADCAST_FLAG),
            options=_options(octets[_FIXED + 4 :]),
        )


def _options(octets: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at < len(octets) and octets[at] != _END:
        if octets[at] == 0:
            at += 1
            continue
        if at + 1 >= len(octets) or at + 2 + octets[at + 1] > len(octets):
            raise MalformedError("a DHCP option runs over the end")
        size = octets[at + 1]
        found[octets[at]] = found.get(octets[at], b"") + octets[at + 2 : at + 2 + size]
        at += 2 + size
    return found


def packed(addresses: Iterable[IPv4Address]) -> bytes:
    """Return a list of addresses as an option's value."""
    return b"".join(address.packed for address in addresses)


@frozen(kw_only=True)
class Offer:
    """What a server gives."""

    address: IPv4Interface
    router: IPv4Address | None = None
    dns: tuple[IPv4Address, ...] = ()
    seconds: int = 3600

    def options_for(self, kind: int) -> dict[int, bytes]:
        """Return the options of a message of a kind, by number."""
        if kind == NAK:
            return {}
        options = {
            SUBNET_MASK: self.address.netmask.packed,
            LEASE_SECONDS: self.seconds.to_bytes(4, "big"),
        }
        if self.router is not None:
            options[ROUTER] = self.router.packed
        if self.dns:
            options[DNS_SERVERS] = packed(self.dns)
        return options


class Server:
    """Answers every client of a host's link with one offer (RFC 2131, section 4.3)."""

    def __init__(self, host: Host, offer: Offer) -> None:
        self.offer = offer
        self._host = host
        host.listen(SERVER_PORT, self._handle)

    def kind_of_answer(self, message: Message) -> int | None:
        """Return what kind of message answers another; None when nothing does."""
        if message.kind == DISCOVER:
            return OFFER
        if message.kind != REQUEST_ADDRESS:
            return None
        # A renewing client says its address in the head, others in an option.
        asked = message.addresses(REQUESTED_ADDRESS) or (message.client_address,)
        return ACK if asked[0] == self.offer.address.ip else NAK

    def written(self, answer: Message) -> bytes:
        """Return an answer as it is sent."""
        return answer.encode()

    def _handle(self, heard: Heard, udp: Udp) -> None:
        message = Message.decode(udp.payload)
        kind = self.kind_of_answer(message)
        if kind is not None:
            self._answer(heard, message, kind)

    def _answer(self, heard: Heard, message: Message, kind: int) -> None:
        if self._host.address is None:
            raise ValueError("a DHCP server needs an address")
        own = self._host.address.ip
        answer = Message(
            operation=REPLY,
            transaction=message.transaction,
            client=message.client,
            client_address=message.client_address,
            your_address=UNSPECIFIED if kind == NAK else self.offer.address.ip,
            server_address=own,
            broadcast=message.broadcast,
            options={
                SERVER_IDENTIFIER: own.packed,
                **self.offer.options_for(kind),
                MESSAGE_TYPE: bytes((kind,)),
            },
        )
        renewing = message.client_address != UNSPECIFIED and kind != NAK
        destination = message.client_address if renewing else LIMITED_BROADCAST
        reply = Udp(
            source_port=SERVER_PORT, destination_port=CLIENT_PORT, payload=self.written(answer)
        )
        # To the client's own hardware address: it has no other yet, and hears this one.
        octets = reply.encode(own, destination)
        self._host.transmit(heard.mac, own, destination, UDP, octets)
