"""What a router's network card is connected to in QEMU (qemu(1), option -netdev)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Literal

from attrs import frozen

if TYPE_CHECKING:
    from pathlib import Path

_LOOPBACK = IPv4Address("127.0.0.1")
# Frames as datagrams to the discard port (RFC 863), where nobody listens. A hub with one port would
# keep them: the guest's kernel then warns of a card that does not send.
_NOWHERE = ",".join(
    f"{side}.type=inet,{side}.host={_LOOPBACK},{side}.port={port}"
    for side, port in (("local", 0), ("remote", 9))
)
_QEMU_DEFAULT = IPv4Network("10.0.2.0/24")
# Such a network has room for a guest, and for those that spare() gives away.
LONGEST_PREFIX = 29


@frozen(kw_only=True)
class Isolated:
    """A cable with nobody at its other end: the link is up and nothing answers."""


@frozen(kw_only=True)
class Forward:
    """A port of this machine that leads to a port of the guest."""

    protocol: Literal["tcp", "udp"] = "tcp"
    host_address: IPv4Address = _LOOPBACK
    host_port: int
    guest_address: IPv4Address
    guest_port: int

    def __str__(self) -> str:
        return (
            f"{self.protocol}:{self.host_address}:{self.host_port}"
            f"-{self.guest_address}:{self.guest_port}"
        )


@frozen(kw_only=True)
class UserNet:
    """QEMU's own network: DHCP, DNS and, unless `restricted`, a way out through this machine.

    It answers every DHCP request that it hears, also on a segment that it shares. Restricted, it
    offers no router, and no answer to a datagram gets back through a forward. If ``guest`` is
    somebody's address, it has the first three of `spare`.
    """

    network: IPv4Network = _QEMU_DEFAULT
    restricted: bool = True
    forwards: tuple[Forward, ...] = ()
    guest: IPv4Address | None = None


@frozen(kw_only=True)
class Dgram:
    """A pair of Unix sockets; each datagram is one Ethernet frame (QEMU 7.2 and later).

    QEMU binds `local` and sends to `remote`. A Unix socket's path has at most 107 bytes.
    """

    local: Path
    remote: Path


@frozen(kw_only=True)
class HubOf:
    """A hub: the card and all members hear one another."""

    members: tuple[UserNet | Dgram, ...]


Network = Isolated | UserNet | Dgram | HubOf


def option(text: str | Path) -> str:
    """Return a value as it stands in a QEMU option: a comma is written twice."""
    return str(text).replace(",", ",,")


def spare(network: IPv4Network, guest: IPv4Address) -> tuple[IPv4Address, ...]:
    """Return four addresses at a network's end, for others than its guest."""
    last = int(network.broadcast_address)
    candidates = (IPv4Address(last - back) for back in range(1, 6))
    return tuple(address for address in candidates if address != guest)[:4]


def netdev(network: Network, card: int) -> tuple[str, ...]:
    """Return the arguments of the back end named ``net<card>``."""
    name = f"net{card}"
    match network:
        case Isolated():
            return ("-netdev", f"dgram,id={name},{_NOWHERE}")
        case UserNet() | Dgram():
            return ("-netdev", _single(network, name))
        case HubOf(members=members):
            arguments = ["-netdev", f"hubport,id={name},hubid={card}"]
            for index, member in enumerate(members):
                inner = f"{name}m{index}"
                arguments += ["-netdev", _single(member, inner)]
                port = f"hubport,id={name}p{index},hubid={card},netdev={inner}"
                arguments += ["-netdev", port]
            return tuple(arguments)


def _single(network: UserNet | Dgram, name: str) -> str:
    match network:
        case UserNet():
            restrict = "on" if network.restricted else "off"
            parts = [f"user,id={name}", f"net={network.network}", f"restrict={restrict}"]
            if network.guest is not None:
                own = spare(network.network, network.guest)
                keys = ("host", "dns", "dhcpstart")
                parts += [f"{key}={address}" for key, address in zip(keys, own, strict=False)]
            parts += [f"hostfwd={forward}" for forward in network.forwards]
        case Dgram():
            parts = [f"dgram,id={name}"]
            for side, path in (("local", network.local), ("remote", network.remote)):
                parts += [f"{side}.type=unix", f"{side}.path={option(path)}"]
    return ",".join(parts)
