"""DHCP, DNS and router advertisements for a LAN."""

import ipaddress
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import cast

from liminix_gen import (
    INTERFACE,
    Group,
    Needs,
    Part,
    Service,
    ServiceWith,
    User,
    addressed,
    interface_of,
    listening,
    longrun,
    parameter,
    service_type,
    values,
)

from .syntax import DHCP_RANGE, UPSTREAM, Address, addresses_of, version_of

# What computers look up to find their proxy or a tunnel: whoever takes such a name gets their
# traffic (RFC 5214 section 8.1 for isatap). localhost is each one's own (RFC 6761 section 6.3).
_NOBODYS = ("isatap", "localhost", "wpad")

_BYTES = r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2})+"
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_HOST = values.Record(
    {
        "mac": values.Field(
            values.Text(
                # With a ':' it is bytes in hexadecimal (one_opt() of dnsmasq 2.90, src/option.c).
                pattern=rf"{values.MAC_ADDRESS.pattern}|id:(?:[A-Za-z0-9*._-]+|{_BYTES})",
                description="a MAC address, or 'id:' and a client identifier: text without ':', "
                "or bytes such as '01:2f:3a'",
            ),
            "the host's MAC address, or 'id:' and its client identifier (RFC 2132 section 9.14)",
        ),
        "v4": values.Field(values.IPAddress(4), "its IPv4 address"),
        "v6": values.Field(
            values.ListOf(values.IPAddress(6)), "its IPv6 addresses", required=False, default=()
        ),
        "leasetime": values.Field(
            values.Integer(120, 2**31 - 1, "seconds"),
            "how long its lease is valid",
            required=False,
            default=86_400,
        ),
    }
)


@service_type
class Dnsmasq(Service):
    """Serve DHCP, DHCPv6, router advertisements and DNS on one interface (dnsmasq(8)).

    Nothing but the parameters configures it: no file in /etc is read, no other interface is
    listened on, and names in ``domain`` are never asked of others. The router's own name leads to
    the interface's addresses, and no client can take it, nor ``wpad``, ``isatap`` or ``localhost``.
    Answers of upstream servers with addresses of private networks are refused: by these a web page
    could reach into the LAN (DNS rebinding).
    """

    user: str = parameter(
        values.USER_NAME,
        "user that the daemon becomes; one of your own must be in config.users",
        default="dnsmasq",
        example="nobody",
    )
    group: str = parameter(
        values.USER_NAME,
        "group that the daemon becomes; one of your own must be in config.groups",
        default="dnsmasq",
        example="nobody",
    )
    interface: Service = parameter(
        INTERFACE, "interface to serve; may be the service of its address", example="lan"
    )
    resolvconf: Service | None = parameter(
        values.Optional(ServiceWith("resolv.conf")),
        "service that publishes the upstream name servers; it may come up later, or never",
        default=None,
        example="wan",
    )
    upstreams: tuple[str, ...] = parameter(
        values.ListOf(UPSTREAM),
        "upstream name servers, each as in the option --server: [/DOMAIN/]ADDRESS[#PORT]",
        default=(),
        example=["192.0.2.53", "/example.org/2001:db8::53#5353"],
    )
    ranges: tuple[str, ...] = parameter(
        values.ListOf(DHCP_RANGE),
        "addresses to hand out, each as in the option --dhcp-range: START,END[,LEASE TIME]",
        default=(),
        example=["192.168.19.10,192.168.19.250,12h"],
    )
    rebind_domains: tuple[str, ...] = parameter(
        values.ListOf(values.DOMAIN_NAME),
        "domains whose names may have addresses of private networks",
        default=(),
        example=["plex.direct"],
    )
    domain: str = parameter(values.DOMAIN_NAME, "domain of the hosts on the LAN", example="lan")
    hosts: Mapping[str, Mapping[str, object]] = parameter(
        values.MappingOf(values.HOST_NAME, _HOST),
        "reservations: the name of a host, to its address and how it is known",
        default={},
        example={"printer": {"mac": "02:00:00:00:00:05", "v4": "192.168.19.5"}},
    )

    @property
    def _domain(self) -> str:
        return self.domain.rstrip(".")

    def _names(self, name: str, host: Mapping[str, object]) -> str:
        """Give a host its name also while it is away."""
        v6 = cast("tuple[str, ...]", host["v6"])
        addresses = (cast("str", host["v4"]), *v6[:1])
        return ",".join((f"--host-record={name}.{self._domain}", name, *addresses))

    def check(self) -> Iterator[str]:
        network = _network_of(self.interface)
        if network is not None:
            for text in self.ranges:
                if any(_outside(network, address) for address in addresses_of(text)):
                    yield f"range {text!r} is outside of the interface's network {network}"
            for name, host in self.hosts.items():
                v4 = ipaddress.ip_address(cast("str", host["v4"]))
                if _outside(network, v4):
                    yield f"address {v4} of host {name!r} is outside of the network {network}"
        yield from _overlaps(self.ranges)
        owners: dict[tuple[str, str], str] = {}
        for name, host in self.hosts.items():
            v6 = cast("tuple[str, ...]", host["v6"])
            values = (("name", name), ("mac", host["mac"]), ("v4", host["v4"]))
            # Neither names nor MAC addresses know capitals.
            for key, value in (*values, *(("v6", one) for one in v6)):
                own = (key, str(value) if str(value).startswith("id:") else str(value).lower())
                if own in owners:
                    yield f"hosts {owners[own]!r} and {name!r} have the same {key} {own[1]}"
                owners[own] = name

    def needs(self) -> Needs:
        own = "dnsmasq"
        interface = interface_of(self.interface)
        versions = {version_of(text) for text in self.ranges}
        ports = [("UDP", 53), ("TCP", 53)]
        ports += [("UDP", port) for version, port in ((4, 67), (6, 547)) if version in versions]
        return Needs(
            claims=(
                addressed(interface),
                *(
                    claim
                    for protocol, port in ports
                    for claim in listening(protocol, port, interface=interface)
                ),
            ),
            state=True,
            existing_users=(self.user,),
            existing_groups=(self.group,),
            users=(User(name=own, uid=51, group=self.group),) if self.user == own else (),
            groups=(Group(name=own, gid=51),) if self.group == own else (),
        )

    def parts(self) -> tuple[Part, ...]:
        follows = self.resolvconf is not None
        daemon = longrun(
            "dnsmasq.nix",
            packages=("dnsmasq",),
            after=("upstreams",) if follows else (),
            domain=self._domain,
            interface=self.interface,
            follows=follows,
            arguments=(
                f"--user={self.user}",
                f"--group={self.group}",
                f"--domain={self._domain}",
                f"--local=/{self._domain}/",
                *(f"--server={server}" for server in self.upstreams),
                "--domain-needed",
                "--bogus-priv",
                "--stop-dns-rebind",
                *(f"--rebind-domain-ok=/{name.rstrip('.')}/" for name in self.rebind_domains),
                *(f"--dhcp-name-match=set:nobodys,{name}" for name in _NOBODYS),
                # A domain behind the name is cut off, whatever it is.
                *(f"--dhcp-name-match=set:nobodys,{name}.*" for name in _NOBODYS),
                "--dhcp-ignore-names=tag:nobodys",
                *(f"--dhcp-range={text}" for text in self.ranges),
                *(_host_option(name, host) for name, host in self.hosts.items()),
                *(self._names(name, host) for name, host in self.hosts.items()),
                *(("--enable-ra",) if 6 in map(version_of, self.ranges) else ()),
            ),
        )
        if self.resolvconf is None:
            return (daemon,)
        upstreams = longrun(
            "upstreams.nix",
            name="upstreams",
            observes=(self.resolvconf,),
            resolvconf=self.resolvconf.output("resolv.conf"),
        )
        return (upstreams, daemon)


def _overlaps(ranges: tuple[str, ...]) -> Iterator[str]:
    """Yield which ranges have addresses in common; tags may keep those that have some apart."""
    ends: list[tuple[int, int, int, str]] = []
    for text in ranges:
        both = tuple(addresses_of(text))
        if len(both) == 2 and "tag:" not in text and "set:" not in text:
            ends.append((both[0].version, int(both[0]), int(both[1]), text))
    for (version, _, last, text), (other_version, first, _, other) in pairwise(sorted(ends)):
        if version == other_version and first <= last:
            yield f"ranges {text!r} and {other!r} overlap"


def _network_of(interface: Service) -> _Network | None:
    """Return the network of the address service that an interface is, or stands on."""
    while interface.TYPE != "network.address":
        below: object = getattr(interface, "interface", None)
        if not isinstance(below, Service):
            return None
        interface = below
    address: object = getattr(interface, "address", None)
    length: object = getattr(interface, "prefix_length", None)
    return ipaddress.ip_network(f"{address}/{length}", strict=False)


def _outside(network: _Network, address: Address) -> bool:
    return address.version == network.version and address not in network


def _host_option(name: str, host: Mapping[str, object]) -> str:
    v6 = cast("tuple[str, ...]", host["v6"])
    words = (host["mac"], host["v4"], *(f"[{address}]" for address in v6), name, host["leasetime"])
    return "--dhcp-host=" + ",".join(str(word) for word in words)
