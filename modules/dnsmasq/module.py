"""DHCP, DNS and router advertisements for a LAN."""

import ipaddress
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import cast

from liminix_gen import (
    INTERFACE,
    Claim,
    Example,
    Group,
    Inside,
    Mistake,
    Needs,
    Outside,
    Part,
    Service,
    ServiceWith,
    User,
    addressed,
    answered,
    interface_of,
    is_network_of,
    listening,
    longrun,
    mistake,
    not_on,
    of_another,
    on_ethernet,
    on_the_link,
    parameter,
    service_type,
    values,
)

from .block_list import BLOCK_LIST
from .options import OPTION, VALUE, mistakes, words
from .syntax import (
    DHCP_RANGE,
    UPSTREAM,
    addresses_of,
    is_proxy,
    network_of,
    server_of,
    version_of,
)

_DNS = 53
# What computers look up to find their proxy or a tunnel: whoever takes such a name gets their
# traffic (RFC 5214 section 8.1 for isatap). localhost is each one's own (RFC 6761 section 6.3).
_NOBODYS = ("isatap", "localhost", "wpad")


# What --dhcp-range has before and after `constructor:INTERFACE`, by which dnsmasq follows the
# networks of an interface. An address is leased for an hour: a renumbered network is left by then.
_MODES: Mapping[str, tuple[str, str]] = {
    "slaac": ("::", "ra-only,64"),
    "stateless": ("::", "ra-stateless,64"),
    "managed": ("::1:0,::1:ffff", "64,1h"),
}

_BYTES = r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2})+"
# The keys of the root zone (https://data.iana.org/root-anchors/root-anchors.xml).
_DNSSEC = (
    "--dnssec",
    "--trust-anchor=.,20326,8,2,E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    "--trust-anchor=.,38696,8,2,683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
)

_HOST = values.Record(
    {
        "mac": values.Field(
            values.Several(
                values.Text(
                    # With a ':' it is bytes in hexadecimal (one_opt() of dnsmasq 2.90,
                    # src/option.c).
                    pattern=rf"{values.MAC_ADDRESS.pattern}|id:(?:[A-Za-z0-9*._-]+|{_BYTES})",
                    description="the MAC address of one machine, or 'id:' and a client identifier: "
                    "text without ':', or bytes such as '01:2f:3a'",
                ),
                may_be_empty=True,
            ),
            "the host's MAC address, or 'id:' and its client identifier (RFC 2132 section 9.14); "
            "several if it has several network cards; without one it only has its name",
            default=(),
        ),
        "v4": values.Field(values.HostAddress(4), "its IPv4 address", default=None),
        "v6": values.Field(values.ListOf(values.HostAddress(6)), "its IPv6 addresses", default=()),
        "leasetime": values.Field(
            values.Integer(120, 2**31 - 1, "seconds"),
            "how long its lease is valid",
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

    EXAMPLE = Example(parameters=("resolvconf", "ranges"))

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
    ipv6: str | None = parameter(
        values.Optional(values.OneOf(*_MODES)),
        "how hosts get addresses in the networks of IPv6 that the interface has, as they come and "
        "go: slaac, they make them; stateless, and ask DHCPv6 for the rest; managed, DHCPv6 gives "
        "them. None: only what ranges say",
        default=None,
        example="slaac",
    )
    rebind_domains: tuple[str, ...] = parameter(
        values.ListOf(values.DOMAIN_NAME),
        "domains whose names may have addresses of private networks",
        default=(),
        example=["plex.direct"],
    )
    addresses: Mapping[str, tuple[str, ...]] = parameter(
        values.MappingOf(values.DOMAIN_NAME, values.Several(values.IPAddress(), may_be_empty=True)),
        "names, each with the addresses that it has here, whatever it has elsewhere",
        default={},
        example={"cloud.example.org": "192.168.19.5"},
    )
    cnames: Mapping[str, str] = parameter(
        values.MappingOf(values.DOMAIN_NAME, values.DOMAIN_NAME),
        "names, each with the name whose addresses it has too; that is one of hosts, of addresses "
        "or of a host that has a lease",
        default={},
        example={"backup.lan": "printer.lan"},
    )
    block_list: str = parameter(
        BLOCK_LIST,
        "names that do not exist here, with all below them",
        default="",
        example="0.0.0.0 ads.example\ntracker.example  # and all below it\n",
    )
    dhcp_options: Mapping[str, tuple[str, ...]] = parameter(
        values.MappingOf(OPTION, values.Several(VALUE, may_be_empty=True)),
        "what DHCP says besides, by the number or the name of the option",
        default={},
        example={"ntp-server": "192.168.19.1", "6:56": "fd00::1"},
    )
    dnssec: bool = parameter(
        values.Boolean(),
        "whether answers must be signed where their domain is; the upstream servers must give the "
        "signatures, and times count when the clock has been set",
        default=False,
        example=True,
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

    @property
    def _versions(self) -> set[int | None]:
        """The versions of IP that the daemon serves DHCP or router advertisements for."""
        follows = {6} if self.ipv6 is not None else set[int]()
        return {*(version_of(text) for text in self.ranges), *follows}

    def _names(self, name: str, host: Mapping[str, object]) -> str:
        """Give a host its name also while it is away."""
        v6 = cast("tuple[str, ...]", host["v6"])
        v4 = cast("str | None", host["v4"])
        addresses = (*([v4] if v4 else []), *v6[:1])
        return ",".join((f"--host-record={name}.{self._domain}", name, *addresses))

    def check(self) -> Iterator[str | Mistake]:
        if self.ipv6 is not None and any("constructor:" in text for text in self.ranges):
            yield "ipv6 is given, and a range with 'constructor:'"
        yield from _overlaps(self.ranges)
        owners: dict[tuple[str, str], str] = {}
        for name, host in self.hosts.items():
            v6 = cast("tuple[str, ...]", host["v6"])
            macs, v4 = cast("tuple[str, ...]", host["mac"]), cast("str | None", host["v4"])
            if not (v4 or v6):
                yield mistake("it has neither v4 nor v6", "hosts", name)
            for place, one in enumerate(v6):
                on = ipaddress.ip_address(one)
                if on.is_loopback or on.is_link_local:
                    said = f"{one} is not an address that others can look up"
                    yield mistake(said, "hosts", name, "v6", place)
            of_key = [("name", name), *(("mac", one) for one in macs)]
            of_key += [("v4", v4)] if v4 else []
            # Neither names nor MAC addresses know capitals.
            for key, value in (*of_key, *(("v6", one) for one in v6)):
                own = (key, value if value.startswith("id:") else value.lower())
                if own in owners:
                    said = f"hosts {owners[own]!r} and {name!r} have the same {key} {own[1]}"
                    yield mistake(said, "hosts", name)
                owners[own] = name
        for option, sentence in mistakes(self.dhcp_options):
            yield mistake(sentence, "dhcp_options", option)
        yield from self._mistakes_of_cnames()

    def _mistakes_of_cnames(self) -> Iterator[Mistake]:
        """Yield the names that lead nowhere: dnsmasq has aliases only of what it knows itself."""
        names = {_plain(name): _plain(to) for name, to in self.cnames.items()}
        known = set(map(_plain, self.addresses))
        for written in self.cnames:
            name = _plain(written)
            if name in known:
                yield mistake("it has addresses of its own", "cnames", written)
            path = [name]
            while path[-1] in names and names[path[-1]] not in path:
                path.append(names[path[-1]])
            end = path[-1]
            if end in names:
                yield mistake("it leads back to itself", "cnames", written)
            elif end not in known and not self._may_be_of_a_host(end):
                said = f"{end} is not a name that is known here"
                yield mistake(said, "cnames", written)

    def _may_be_of_a_host(self, name: str) -> bool:
        host, _, domain = name.partition(".")
        return bool(host) and domain in {"", self._domain.lower()}

    def _leases(self) -> bool:
        """Say whether it gives addresses of IPv4 to whoever asks."""
        return any(version_of(text) == 4 and not is_proxy(text) for text in self.ranges)

    def _inside(self) -> Iterator[Inside]:
        interface = interface_of(self.interface)
        there = f"in no network of {interface}"
        hint = "network.address gives it one"
        for place, text in enumerate(self.ranges):
            where, what = self.line_of("ranges", place), f"dnsmasq: range {text!r} is"
            for end in addresses_of(text):
                if not end.is_unspecified:
                    said = f"{what} {there}"
                    yield on_the_link(str(end), said, where, interface=interface, hint=hint)
            network = network_of(text)
            if network is not None:
                said = f"{what} of {network}, which is not a network of {interface}"
                yield is_network_of(network, interface, said, where, hint="leave out the mask")
        for name, host in self.hosts.items():
            v4 = cast("str | None", host["v4"])
            # One that has no lease here may be anywhere.
            if v4 and host["mac"]:
                where = self.line_of("hosts", name, "v4")
                said = f"dnsmasq: hosts[{name!r}]: address {v4} is {there}"
                yield on_the_link(v4, said, where, interface=interface)
        for place, text in enumerate(self.upstreams):
            server = server_of(text)
            if server is not None:
                address, port = server
                said = f"dnsmasq: upstreams: nobody answers at port {port} of {address}"
                where = self.line_of("upstreams", place)
                yield answered(
                    "UDP",
                    port,
                    address,
                    said,
                    where,
                    hint="a service type claims it by listening()",
                )

    def _outside(self) -> Iterator[Outside]:
        interface = interface_of(self.interface)
        for place, text in enumerate(self.ranges):
            ends = tuple(addresses_of(text))
            if len(ends) == 2 and len(set(ends)) == 1:
                what = f"dnsmasq: range {text!r}: its only address"
                yield from of_another(str(ends[0]), what, self.line_of("ranges", place))
        for name, host in self.hosts.items():
            what = f"dnsmasq: hosts[{name!r}]"
            yield Outside(
                words=("the host name", name.lower()),
                text=f"{what} has the router's own name",
                where=self.line_of("hosts", name),
            )
            given = (host["v4"], *cast("tuple[str, ...]", host["v6"]))
            for address in cast("tuple[str | None, ...]", given):
                key = "v6" if address and ":" in address else "v4"
                if address is not None and host["mac"]:
                    where = self.line_of("hosts", name, key)
                    yield from of_another(address, f"{what}: {address}", where)
        for place, text in enumerate(self.upstreams):
            server = server_of(text)
            if server is not None and server[1] == _DNS:
                said = f"dnsmasq: upstreams: {server[0]} is where it listens itself"
                yield not_on(interface, server[0], said, self.line_of("upstreams", place))
        if self._leases():
            said = f"dnsmasq: it gives no addresses on {interface}, which does not carry Ethernet"
            yield on_ethernet(interface, said, self.line_of("ranges"))

    def needs(self) -> Needs:
        own = "dnsmasq"
        interface = interface_of(self.interface)
        versions = self._versions
        ports = [("UDP", _DNS), ("TCP", _DNS)]
        ports += [("UDP", port) for version, port in ((4, 67), (6, 547)) if version in versions]
        # Who gives addresses to a network does not ask for one there.
        server = Claim(
            words=("the DHCP client of", interface), text=f"a DHCP server on {interface}"
        )
        words = ("router advertisements on", interface)
        advertised = Claim(words=words, text=" ".join(map(str, words)), holder="anybody")
        return Needs(
            claims=(
                addressed(interface),
                *((server,) if self._leases() else ()),
                *((advertised,) if 6 in versions else ()),
                *(
                    claim
                    for protocol, port in ports
                    for claim in listening(protocol, port, interface=interface)
                ),
            ),
            inside=tuple(self._inside()),
            outside=tuple(self._outside()),
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
            packages=("dnsmasq" if self.dnssec else "dnsmasq-small",),
            after=("upstreams",) if follows else (),
            domain=self._domain,
            interface=self.interface,
            follows=follows,
            blocked=tuple(self.block_list.split()),
            signed=self.dnssec,
            constructed=_MODES[self.ipv6] if self.ipv6 is not None else None,
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
                *(_host_option(name, host) for name, host in self.hosts.items() if host["mac"]),
                *(self._names(name, host) for name, host in self.hosts.items()),
                *(
                    f"--host-record={','.join((name.rstrip('.'), *addresses))}"
                    for name, addresses in self.addresses.items()
                ),
                *(
                    f"--cname={name.rstrip('.')},{to.rstrip('.')}"
                    for name, to in self.cnames.items()
                ),
                *words(self.dhcp_options),
                *(_DNSSEC if self.dnssec else ()),
                *(("--enable-ra",) if 6 in self._versions else ()),
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


def _plain(name: str) -> str:
    return name.rstrip(".").lower()


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


def _host_option(name: str, host: Mapping[str, object]) -> str:
    v6 = cast("tuple[str, ...]", host["v6"])
    v4 = [host["v4"]] if host["v4"] else []
    several = cast("tuple[str, ...]", host["mac"])
    said = (*several, *v4, *(f"[{address}]" for address in v6), name, host["leasetime"])
    return "--dhcp-host=" + ",".join(str(word) for word in said)
