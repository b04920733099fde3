"""How this machine reaches a router in QEMU: ports of 127.0.0.1 that lead to it by its lan."""

from __future__ import annotations

import socket
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, Literal, cast

from attrs import frozen

from liminix_gen.errors import Problem, RunError
from liminix_gen.model.service import Service, interface_of, references
from liminix_gen.plan.services import closure
from liminix_gen.qemu.networks import (
    LONGEST_PREFIX,
    Forward,
    HubOf,
    Isolated,
    Network,
    UserNet,
    spare,
)
from liminix_gen.qemu.relay import Relay, own_ports
from liminix_gen.qemu.wire.frames import MacAddress
from liminix_gen.qemu.wire.host import Host
from liminix_gen.qemu.wire.link import Link, cable

if TYPE_CHECKING:
    from liminix_gen.config import System
    from liminix_gen.qemu.loop import Loop

Protocol = Literal["tcp", "udp"]

_LOOPBACK = "127.0.0.1"
# Ports that need no rights, as people know them; others keep their number or get 8000 more.
_USUAL: Mapping[int, int] = {22: 2222, 53: 5353}
_UNPRIVILEGED = 1024
# DHCP is spoken on the segment itself, and not through a forwarded port.
_OF_THE_SEGMENT = frozenset({67, 68, 546, 547})
_TRIES = 100
_MAC = MacAddress.parse("52:54:00:00:01:01")


@frozen(kw_only=True)
class Listener:
    """A service that listens on a port of the router's address on its lan."""

    service: Service
    port: int
    protocols: tuple[Protocol, ...]


@frozen(kw_only=True)
class Way:
    """A port of this machine that leads to a listener of the router."""

    listener: Listener
    port: int

    def shown(self, hostname: str) -> str:
        """Return what a user can paste into a shell or a browser to use it."""
        match self.listener.port:
            case _ if self.listener.service.TYPE == "ssh":
                # Without a state, the router has another key after each boot.
                options = f"-p {self.port} -o NoHostAuthenticationForLocalhost=yes"
                return f"ssh {options} {_who_may_log_in(self.listener.service)}@{_LOOPBACK}"
            case 53:
                domain: object = getattr(self.listener.service, "domain", None)
                name = f"{hostname}.{domain}".rstrip(".") if domain else hostname
                return f"dig @{_LOOPBACK} -p {self.port} {name}"
            case 80 | 443 as port:
                return f"{'http' if port == 80 else 'https'}://{_LOOPBACK}:{self.port}/"
            case port:
                protocols = "/".join(self.listener.protocols)
                what = f"{protocols} port {port} of {self.listener.service.TYPE}"
                return f"{_LOOPBACK}:{self.port} is {what}"


def _who_may_log_in(ssh: Service) -> str:
    keys: object = getattr(ssh, "authorized_keys", {})
    users = [str(user) for user in cast("Mapping[object, object]", keys)]
    if not getattr(ssh, "allow_root", True):
        users = [user for user in users if user != "root"]
    return next(iter(sorted(users, key=lambda user: user != "root")), "root")


@frozen(kw_only=True)
class Lan:
    """A router's lan: its address there, and what leads to it."""

    address: IPv4Interface
    ways: tuple[Way, ...]

    def forwards(self, protocol: Protocol) -> tuple[Forward, ...]:
        """Return the ports of one protocol that lead to the router."""
        return tuple(
            Forward(
                protocol=protocol,
                host_port=way.port,
                guest_address=self.address.ip,
                guest_port=way.listener.port,
            )
            for way in self.ways
            if protocol in way.listener.protocols
        )


def lan(system: System) -> Lan | None:
    """Find free ports of this machine, one for each that a router listens on at its lan.

    None is a router that has no IPv4 address there which the configuration says.
    """
    services = tuple(closure(system.services.values()))
    home = _home(system, services)
    if home is None:
        return None
    service, address = home
    found: dict[tuple[Service, int], list[Protocol]] = {}
    for owner, protocol, port in _listening(services, service, address.ip):
        protocols = found.setdefault((owner, port), [])
        if protocol not in protocols:
            protocols.append(protocol)
    ways: list[Way] = []
    for (owner, port), protocols in sorted(found.items(), key=lambda item: item[0][1]):
        listener = Listener(service=owner, port=port, protocols=tuple(protocols))
        taken = [way.port for way in ways]
        ways.append(Way(listener=listener, port=_free_port(listener, taken)))
    return Lan(address=address, ways=tuple(ways))


@contextmanager
def connected(lan: Lan | None, loop: Loop) -> Generator[Network]:
    """Connect a lan with this machine for as long as the block runs, and the loop with it."""
    if lan is None:
        yield Isolated()
        return
    network, guest = lan.address.network, lan.address.ip
    user = UserNet(network=network, guest=guest, forwards=lan.forwards("tcp"))
    datagrams = lan.forwards("udp")
    if not datagrams:
        yield user
        return
    with ExitStack() as stack:
        link = stack.enter_context(cable())
        address = IPv4Interface((spare(network, guest)[-1], network.prefixlen))
        host = Host(Link(link), loop, mac=_MAC, address=address)
        stack.callback(host.close)
        ports = own_ports()
        for forward in datagrams:
            stack.callback(Relay(host, loop, forward, ports).close)
        yield HubOf(members=(user, link))


def uses_wan(system: System) -> bool:
    """Say whether the image has anything on its wan."""
    wan = system.hardware.network_interfaces.get("wan")
    services = closure(system.services.values())
    return wan is not None and _in_the_image(wan, services) in services


def internet(system: System) -> UserNet:
    """Connect a router's wan with the Internet, through this machine."""
    services = tuple(closure(system.services.values()))
    own = [address.network for _, address in _addresses(services)]
    networks = (IPv4Network(f"10.0.{number}.0/24") for number in range(2, 255))
    free = (one for one in networks if not any(one.overlaps(other) for other in own))
    return UserNet(network=next(free, IPv4Network("198.18.0.0/24")), restricted=False)


def _addresses(services: Sequence[Service]) -> Iterator[tuple[Service, IPv4Interface]]:
    for service in services:
        if service.TYPE == "network.address" and getattr(service, "family", "") == "inet":
            address = cast("str", getattr(service, "address", ""))
            length = cast("int", getattr(service, "prefix_length", 32))
            yield service, IPv4Interface(f"{address}/{length}")


def _in_the_image(port: Service, services: Iterable[Service]) -> Service:
    """Return a port of the board, or the service that is there instead of it."""
    return next((one for one in services if one.in_place_of() is port), port)


def _home(system: System, services: Sequence[Service]) -> tuple[Service, IPv4Interface] | None:
    """Return the address of the lan's port, or of a bridge that it belongs to."""
    port = system.hardware.network_interfaces.get("lan")
    if port is None:
        return None
    port = _in_the_image(port, services)
    # A service that refers to the port and to a bridge joins them (bridge.members).
    joined = [
        other
        for service in services
        if port in (referred := tuple(references(service)))
        for other in referred
        if other is not port
    ]
    for carriers in ([port], joined):
        for service, address in _addresses(services):
            interface: object = getattr(service, "interface", None)
            if interface in carriers and address.network.prefixlen <= LONGEST_PREFIX:
                return service, address
    return None


def _listening(
    services: Sequence[Service], lan: Service, address: IPv4Address
) -> Iterator[tuple[Service, Protocol, int]]:
    """Yield who listens on an address, by what the services claim for themselves."""
    reached = ((), (interface_of(lan),))
    for service in services:
        for claim in service.needs().claims:
            match claim.words:
                case ("TCP" | "UDP" as protocol, int(port), 4) if port not in _OF_THE_SEGMENT:
                    place = tuple(claim.place)
                    if place in reached or place[-1:] == (str(address),):
                        yield service, "tcp" if protocol == "TCP" else "udp", port
                case _:
                    pass


def _free_port(listener: Listener, taken: Sequence[int]) -> int:
    """Return the port that people expect, or the next one that nobody has."""
    own = listener.port
    first = _USUAL.get(own, own if own >= _UNPRIVILEGED else own + 8000)
    for port in range(first, min(first + _TRIES, 65536)):
        if port not in taken and all(_is_free(port, kind) for kind in listener.protocols):
            return port
    what = f"no port of this machine is free for port {own} of the router"
    raise RunError(Problem(listener.service.where, what, f"{first} to {first + _TRIES} are in use"))


def _is_free(port: int, protocol: Protocol) -> bool:
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as probe:
        if protocol == "tcp":
            # As QEMU does: what lingers of an ended connection is nobody's.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            return False
    return True
