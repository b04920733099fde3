"""DHCP messages (RFC 2131) and the options of them (RFC 2132) that a router's users meet."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from attrs import field, frozen

from liminix_gen.qemu.peer.frames import MacAddress, MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SERVER_PORT = 67
CLIENT_PORT = 68

REQUEST = 1
REPLY = 2

DISCOVER = 1
OFFER = 2
REQUEST_ADDRESS = 3
DECLINE = 4
ACK = 5
NAK = 6
RELEASE = 7

SUBNET_MASK = 1
ROUTER = 3
DNS_SERVERS = 6
HOST_NAME = 12
DOMAIN = 15
MTU = 26
BROADCAST_ADDRESS = 28
NTP_SERVERS = 42
REQUESTED_ADDRESS = 50
LEASE_SECONDS = 51
MESSAGE_TYPE = 53
SERVER_IDENTIFIER = 54
PARAMETER_LIST = 55
TEXT = 56
RENEWAL_SECONDS = 58
REBINDING_SECONDS = 59
ROUTES = 121  # RFC 3442
MICROSOFT_ROUTES = 249
_END = 255

UNSPECIFIED = IPv4Address(0)
_COOKIE = b"\x63\x82\x53\x63"
_FIXED = 236
_BROADCAST_FLAG = 0x8000


@frozen(kw_only=True)
class Message:
    """A message; `options` are raw, by their number, and `tail` is whatever follows them."""

    operation: int
    transaction: int
    client: MacAddress
    client_address: IPv4Address = UNSPECIFIED
    your_address: IPv4Address = UNSPECIFIED
    server_address: IPv4Address = UNSPECIFIED
    broadcast: bool = True
    options: Mapping[int, bytes] = field(factory=dict[int, bytes])
    tail: bytes = bytes((_END,))

    @property
    def kind(self) -> int:
        """DISCOVER, OFFER, ...; 0 when the message does not say."""
        return self.options.get(MESSAGE_TYPE, b"\0")[0]

    def addresses(self, option: int) -> tuple[IPv4Address, ...]:
        """Read an option that is a list of addresses."""
        raw = self.options.get(option, b"")
        return tuple(IPv4Address(raw[at : at + 4]) for at in range(0, len(raw) - 3, 4))

    def text(self, option: int) -> str:
        """Read an option that is text; some servers end it with a zero byte."""
        return self.options.get(option, b"").rstrip(b"\0").decode("utf-8", "replace")

    def number(self, option: int) -> int:
        """Read an option that is a number of any width; 0 when absent."""
        return int.from_bytes(self.options.get(option, b""), "big")

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
        return head + body + self.tail

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


def routes(*pairs: tuple[str, str]) -> bytes:
    """Return targets, each with its router, as the value of ROUTES (RFC 3442)."""
    encoded = b""
    for target, router in pairs:
        network = IPv4Network(target)
        significant = network.network_address.packed[: (network.prefixlen + 7) // 8]
        encoded += bytes((network.prefixlen,)) + significant + IPv4Address(router).packed
    return encoded


@frozen(kw_only=True)
class Lease:
    """What a server gave to a client."""

    address: IPv4Interface
    server: IPv4Address
    router: IPv4Address | None
    dns: tuple[IPv4Address, ...]
    domain: str
    seconds: int
    message: Message

    @classmethod
    def of(cls, message: Message) -> Lease:
        """Read an ACK."""
        mask = next(iter(message.addresses(SUBNET_MASK)), IPv4Address("255.255.255.255"))
        return cls(
            address=IPv4Interface(f"{message.your_address}/{mask}"),
            server=next(iter(message.addresses(SERVER_IDENTIFIER)), message.server_address),
            router=next(iter(message.addresses(ROUTER)), None),
            dns=message.addresses(DNS_SERVERS),
            domain=message.text(DOMAIN),
            seconds=message.number(LEASE_SECONDS),
            message=message,
        )
