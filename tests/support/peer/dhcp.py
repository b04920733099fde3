"""What clients read in DHCP messages, and servers write that the program itself has no use for."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from attrs import frozen

from liminix_gen.qemu.wire.dhcp import (
    ACK,
    CLIENT_PORT,
    DISCOVER,
    DNS_SERVERS,
    LEASE_SECONDS,
    MESSAGE_TYPE,
    NAK,
    OFFER,
    REPLY,
    REQUEST_ADDRESS,
    REQUESTED_ADDRESS,
    ROUTER,
    SERVER_IDENTIFIER,
    SERVER_PORT,
    SUBNET_MASK,
    Message,
    packed,
)

__all__ = [
    "ACK",
    "CLIENT_PORT",
    "DISCOVER",
    "DNS_SERVERS",
    "LEASE_SECONDS",
    "MESSAGE_TYPE",
    "NAK",
    "OFFER",
    "REPLY",
    "REQUESTED_ADDRESS",
    "REQUEST_ADDRESS",
    "ROUTER",
    "SERVER_IDENTIFIER",
    "SERVER_PORT",
    "SUBNET_MASK",
    "Message",
    "packed",
]

REQUEST = 1

DECLINE = 4
RELEASE = 7

HOST_NAME = 12
DOMAIN = 15
MTU = 26
BROADCAST_ADDRESS = 28
NTP_SERVERS = 42
PARAMETER_LIST = 55
TEXT = 56
RENEWAL_SECONDS = 58
REBINDING_SECONDS = 59
ROUTES = 121  # RFC 3442
MICROSOFT_ROUTES = 249


def text(message: Message, option: int) -> str:
    """Read an option that is text; some servers end it with a zero byte."""
    return message.options.get(option, b"").rstrip(b"\0").decode("utf-8", "replace")


def number(message: Message, option: int) -> int:
    """Read an option that is a number of any width; 0 when absent."""
    return int.from_bytes(message.options.get(option, b""), "big")


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
            domain=text(message, DOMAIN),
            seconds=number(message, LEASE_SECONDS),
            message=message,
        )
