"""WireGuard."""

import ipaddress
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import cast

from liminix_gen import (
    SECRET,
    Example,
    Inside,
    KernelModule,
    KernelNeeds,
    Mistake,
    Needs,
    Output,
    OutputReference,
    Outside,
    Part,
    Service,
    claim,
    in_a_smaller_network,
    listening,
    longrun,
    mistake,
    not_a_network,
    of_another,
    parameter,
    routed,
    service_type,
    values,
    without_ethernet,
)

from .words import KEY, NAME, Endpoint, address_of

# As network.route has it unless it is told another one.
_METRIC = 100
Peer = Mapping[str, object]


def _optional(type_: values.ValueType[object], description: str) -> values.Field:
    return values.Field(values.Optional(type_), description, default=None)


_PEER = values.Record(
    {
        "public_key": values.Field(KEY, "the peer's public key"),
        "allowed": values.Field(
            values.Several(values.IPNetwork()),
            "addresses that the peer may send from, and that packets are sent to it for",
        ),
        "endpoint": _optional(
            Endpoint(),
            "where it is, HOST:PORT; None if it begins the conversation. A name is looked up again "
            "while the peer does not answer",
        ),
        "preshared_key": _optional(SECRET, "output that holds a key which both have besides"),
        "keepalive": _optional(
            values.Integer(1, 65535, "seconds"),
            "how often a packet is sent, so that a NAT or a firewall in between keeps the way back "
            "open; `services` says when such a peer does not answer",
        ),
    }
)


@service_type
class Wireguard(Service):
    """Make an interface that is encrypted to its peers (WireGuard).

    It has no address of its own: ``network.address`` gives it some. A firewall has it in a zone as
    any other interface, and lets peers in from the world by ``open``: ``{"vpn": {"protocol":
    "udp", "port": 51820}}``.

    Allowed addresses are routes with the metric 100, unless ``routes`` is False. All of IPv4 or
    IPv6 (0.0.0.0/0, ::/0) is never one, as what is encrypted would take it too: that is what
    ``network.route`` is for.
    """

    OUTPUTS = (
        Output("ifname", "the kernel's name of the interface"),
        Output("public-key", "the public key, for the peers"),
    )
    KERNEL = KernelNeeds(modules=(KernelModule("wireguard", {"WIREGUARD": "m"}),))
    EXAMPLE = Example(
        before=(
            'config.state = "state"',
            'own_key = service.secret.file.build(path="/state/vpn-key").output("value")',
            'office = service.secret.file.build(path="/state/office").output("value")',
        )
    )

    ifname: str = parameter(
        values.INTERFACE_NAME, "name of the interface that is made", example="vpn"
    )
    private_key: OutputReference | None = parameter(
        values.Optional(SECRET),
        "output that holds the private key; None makes one at the first start, which stays in the "
        "state of the device",
        default=None,
        example="own_key",
    )
    listen_port: int | None = parameter(
        values.Optional(values.PORT),
        "UDP port that peers send to; None is one that the kernel chooses, for peers that all have "
        "an endpoint",
        default=None,
        example=51820,
    )
    peers: Mapping[str, Peer] = parameter(
        values.MappingOf(NAME, _PEER),
        "the peers, by names of your choice",
        example={
            "office": {
                "public_key": "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=",
                "preshared_key": "office",
                "endpoint": "vpn.example.net:51820",
                "allowed": ["10.9.0.1", "10.10.0.0/16"],
                "keepalive": 25,
            }
        },
    )
    mtu: int = parameter(
        values.Integer(1280, 65455, "bytes"),
        "largest packet inside; outside it is 60 bytes larger over IPv4, 80 over IPv6",
        default=1420,
        example=1412,
    )
    routes: bool = parameter(
        values.Boolean(), "whether allowed addresses are routes", default=True, example=False
    )

    def subject(self) -> str:
        return self.ifname

    def check(self) -> Iterator[str | Mistake]:
        if not self.peers:
            yield mistake("there is no peer to talk to", "peers")
        for name, peer in self.peers.items():
            if peer["endpoint"] is None and self.listen_port is None:
                said = "it has no endpoint, and listen_port is None: neither can begin"
                yield mistake(said, "peers", name)
            if peer["endpoint"] is None and peer["keepalive"] is not None:
                said = "without an endpoint nobody knows where to send what keepalive asks for"
                yield mistake(said, "peers", name, "keepalive")
        for (one, first), (other, second) in combinations(self.peers.items(), 2):
            where = self.line_of("peers", one)
            if first["public_key"] == second["public_key"]:
                said = f"it has the public key of {one!r} ({where})"
                yield mistake(said, "peers", other, "public_key")
            for network, inside in _overlaps(_allowed(first), _allowed(second)):
                said = f"{inside} overlaps {network}, which {one!r} may use ({where})"
                yield mistake(said, "peers", other, "allowed")

    def _routes(self) -> tuple[str, ...]:
        every = (one for peer in self.peers.values() for one in _allowed(peer))
        return tuple(one for one in every if self.routes and not one.endswith("/0"))

    def _endpoints(self) -> Iterator[tuple[str, str, str]]:
        """Yield each peer that has an address outside, that address, and what to say of it."""
        for name, peer in self.peers.items():
            endpoint = cast("str | None", peer["endpoint"])
            host = address_of(endpoint) if endpoint is not None else None
            if host is not None:
                yield name, host, f"wireguard: peers[{name!r}]['endpoint']: {endpoint}"

    def _inside(self) -> Iterator[Inside]:
        for name, host, what in self._endpoints():
            for network in self._routes():
                if ipaddress.ip_address(host) in ipaddress.ip_network(network):
                    yield in_a_smaller_network(
                        host,
                        network,
                        f"{what} is in {network} of `allowed`: what is encrypted for it would go "
                        "into the tunnel",
                        self.line_of("peers", name, "endpoint"),
                        hint="leave it out of `allowed`, or give it a network.route of its own",
                    )

    def _outside(self) -> Iterator[Outside]:
        for name, host, what in self._endpoints():
            yield from of_another(host, what, self.line_of("peers", name, "endpoint"))
        for name, peer in self.peers.items():
            for one in _allowed(peer) if self.routes else ():
                said = f"{one} is the router's own, so packets to it never go to a peer"
                yield not_a_network(
                    one,
                    f"wireguard: peers[{name!r}]['allowed']: {said}",
                    self.line_of("peers", name, "allowed"),
                    but=self.ifname,
                )

    def needs(self) -> Needs:
        generated = self.private_key is None
        port = self.listen_port
        return Needs(
            kernel_modules=self.KERNEL.modules,
            state=generated,
            state_required=generated,
            inside=tuple(self._inside()),
            outside=tuple(self._outside()),
            claims=(
                claim("the interface", self.ifname),
                without_ethernet(self.ifname),
                *(listening("UDP", port) if port is not None else ()),
                *map(routed, self._routes()),
                *(
                    claim("the", _family(one), "route to", one, "with metric", _METRIC)
                    for one in self._routes()
                ),
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        sought = any(peer["endpoint"] is not None for peer in self.peers.values())
        return (
            longrun(
                "wireguard.nix",
                packages=("wireguard-tools",),
                # When one of them changes, a name may have another address, or one at last.
                observes=("network.resolver", "network.route") if sought else (),
                ifname=self.ifname,
                listen_port=self.listen_port,
                metric=_METRIC,
                mtu=self.mtu,
                peers=self.peers,
                private_key=self.private_key,
                routes=self._routes(),
            ),
        )


def _allowed(peer: Peer) -> tuple[str, ...]:
    return cast("tuple[str, ...]", peer["allowed"])


def _family(network: str) -> str:
    return "inet6" if ":" in network else "inet"


def _overlaps(first: tuple[str, ...], second: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield networks of two peers that overlap; one peer may have what nobody else has."""
    for one in map(ipaddress.ip_network, first):
        for other in map(ipaddress.ip_network, second):
            rest = (one.prefixlen == 0) != (other.prefixlen == 0)
            if one.version == other.version and one.overlaps(other) and not rest:
                yield str(one), str(other)
