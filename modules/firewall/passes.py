"""What a home lets through besides what its zones say: `open`, `allow` and `port_forward`."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import cast

from attrs import frozen

from liminix_gen import values

from .ruleset import NAME
from .zone import EVERYTHING, OFFERS, Zone

Record = Mapping[str, object]
_RANGE = re.compile(r"([0-9]{1,5})-([0-9]{1,5})")
# Each family with the name of its header in nft(8), and what its chains have in their names.
FAMILIES = ((4, "ip"), (6, "ip6"))


class Port(values.ValueType[str]):
    """A port, or a range of them."""

    TAKES = (str, int)

    def convert(self, value: object) -> str:
        number = values.plain_integer(value)
        if number is not None:
            return str(values.PORT.convert(number))
        match = _RANGE.fullmatch(values.plain_text(value) or "")
        if match is None:
            raise self.refuse(value)
        first, last = (values.PORT.convert(int(one)) for one in match.groups())
        if last <= first:
            raise ValueError(f"must end after it begins, not {value!r}")
        return f"{first}-{last}"

    def describe(self) -> str:
        return "a port from 1 to 65535, or a range such as '27000-27050'"


# A name of a pass stands in comments of nft(8).
LABEL = values.Text(
    pattern=r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}",
    description="a name of 1 to 63 of A-Z a-z 0-9 space . _ -",
)
_PORTS = values.Several(Port())
_ADDRESSES = values.Several(values.IPAddress())
_NETWORKS = values.Several(values.IPNetwork())
_TRANSPORTS = {"tcp": ("tcp",), "udp": ("udp",), "tcp+udp": ("tcp", "udp")}
_TRANSPORT = values.Field(values.OneOf(*_TRANSPORTS), "what carries it", default="tcp")


def _optional(type_: values.ValueType[object], description: str) -> values.Field:
    return values.Field(values.Optional(type_), description, default=None)


_FROM_OUTSIDE = values.Field(NAME, "zone that it comes from", default="wan")
_SOURCES = _optional(_NETWORKS, "only from these networks or hosts")

OPEN = values.Record(
    {
        "from": _FROM_OUTSIDE,
        "port": values.Field(_PORTS, "port of the router"),
        "protocol": _TRANSPORT,
        "sources": _SOURCES,
    }
)
ALLOW = values.Record(
    {
        "from": values.Field(NAME, "zone that it comes from"),
        "to": values.Field(NAME, "zone that it goes to"),
        "port": _optional(_PORTS, "port of the hosts that are reached; every one unless said"),
        "protocol": _optional(
            values.OneOf(*_TRANSPORTS),
            "what carries it: tcp if there is a port, else everything",
        ),
        "hosts": _optional(_ADDRESSES, "only to these hosts"),
        "sources": _SOURCES,
    }
)
FORWARD = values.Record(
    {
        "from": _FROM_OUTSIDE,
        "port": values.Field(_PORTS, "port of the router"),
        "protocol": _TRANSPORT,
        "to": values.Field(
            _ADDRESSES,
            "the host: an IPv4 address, to which the packets are sent on; an IPv6 address, which "
            "may be reached at that port; one such as '::5' is a host of whatever prefix there is",
        ),
        "to_port": _optional(values.PORT, "port of the host, if it is another one"),
        "sources": _SOURCES,
        "hairpin": values.Field(
            values.Boolean(),
            "whether hosts inside reach it by the router's outer address too",
            default=True,
        ),
    }
)


@frozen
class Pass:
    """A rule that lets something through, in words of nft(8): the chain it is for, and its text."""

    version: int
    zone: str
    rule: str


def transports(record: Record) -> tuple[str, ...]:
    """Return tcp, udp or both; nothing if it is for all protocols."""
    word = cast("str | None", record["protocol"])
    if word is None:
        return ("tcp",) if record.get("port") else ()
    return _TRANSPORTS[word]


def opened(records: Mapping[str, Record]) -> Iterator[Pass]:
    """Yield what is let through to the router itself."""
    for name, record in records.items():
        for version, matches in _sources(record):
            for transport in transports(record):
                words = (*matches, _ports(transport, record["port"]), "accept", _said(name))
                yield Pass(version, cast("str", record["from"]), " ".join(words))


def let_in(zone: Zone, records: Mapping[str, Record]) -> tuple[tuple[str, int, int], ...] | None:
    """Return the ports of the router that a zone reaches, as an Admission has them."""
    if EVERYTHING in zone.router:
        return None
    offered = [
        (transport, port, port)
        for word in zone.router
        for transport, ports in zip(("udp", "tcp"), OFFERS[word], strict=True)
        for port in ports
    ]
    opened_ = [
        (transport, *_bounds(ports))
        for record in records.values()
        if record["from"] == zone.name
        for transport in transports(record)
        for ports in cast("tuple[str, ...]", record["port"])
    ]
    # Answers to the router's own DHCP clients.
    answers = [("udp", 68, 68), ("udp", 546, 546)] if zone.outside else []
    return (*offered, *opened_, *answers)


def same_ports(one: Record, other: Record) -> str:
    """Return a port that both are about, for hosts that both are for, as "tcp/80"; else nothing."""
    if one["from"] != other["from"] or one["sources"] != other["sources"]:
        return ""
    for transport in transports(one):
        for first, last in map(_bounds, cast("tuple[str, ...]", one["port"])):
            for begin, end in map(_bounds, cast("tuple[str, ...]", other["port"])):
                if transport in transports(other) and first <= end and begin <= last:
                    return f"{transport}/{max(first, begin)}"
    return ""


def allowed(records: Mapping[str, Record]) -> Iterator[Pass]:
    """Yield what is let through from one zone to another."""
    for name, record in records.items():
        way = f"iifname @{record['from']} oifname @{record['to']}"
        for version, matches in _sources(record):
            hosts = _of_version(version, record["hosts"])
            if record["hosts"] is not None and not hosts:
                continue
            to = [_among(version, "daddr", hosts)] if hosts else []
            for ports in _any_ports(record):
                words = (way, *matches, *to, *ports, "accept", _said(name))
                yield Pass(version, cast("str", record["from"]), " ".join(words))


def forwarded(records: Mapping[str, Record], zones: tuple[Zone, ...]) -> Iterator[Pass]:
    """Yield what translates packets for the router (IPv4), or lets them through (IPv6)."""
    for name, record in records.items():
        outside = cast("str", record["from"])
        for version, matches in _sources(record):
            hosts = _of_version(version, record["to"])
            for transport in transports(record):
                for host in hosts:
                    make = _translation if version == 4 else _way_in
                    what = f"{make(transport, host, record)} {_said(name)}"
                    yield Pass(version, outside, _words(f"iifname @{outside}", *matches, what))
                    for zone in inner(record, zones):
                        # The router's address of another interface than the packet came in by.
                        other = "fib daddr . iif type != local" if version == 4 else ""
                        rule = _words(f"iifname @{zone.name}", other, what)
                        yield Pass(version, zone.name, rule)


def inner(record: Record, zones: tuple[Zone, ...]) -> Iterator[Zone]:
    """Yield the zones whose hosts reach a port forward as the world does."""
    if record["hairpin"] and record["sources"] is None:
        yield from (zone for zone in zones if record["from"] in zone.reach)


def _translation(transport: str, host: str, record: Record) -> str:
    to_port = record["to_port"]
    to = host if to_port is None else f"{host}:{to_port}"
    return f"fib daddr type local {_ports(transport, record['port'])} dnat to {to}"


def _way_in(transport: str, host: str, record: Record) -> str:
    to_port = record["to_port"]
    ports = _ports(transport, record["port"] if to_port is None else (str(to_port),))
    whole = "ip6 daddr" if not is_suffix(host) else "ip6 daddr & ::ffff:ffff:ffff:ffff =="
    return f"oifname != @{record['from']} {whole} {host} {ports} accept"


def is_suffix(host: str) -> bool:
    """Say whether an IPv6 address is only the part that a host has in any network of 64 bits."""
    return ":" in host and int(ipaddress.IPv6Address(host)) >> 64 == 0


def is_no_host(address: str) -> bool:
    """Say whether nobody can have an address: it is the router's own, everybody's, or no one's."""
    ip = ipaddress.ip_address(address)
    everybody = ip.is_multicast or ip == ipaddress.IPv4Address("255.255.255.255")
    return everybody or ip.is_loopback or ip.is_unspecified


def _sources(record: Record) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each family that a record is about, with the match of its sources."""
    for version, _ in FAMILIES:
        sources = _of_version(version, record["sources"])
        if sources or record["sources"] is None:
            yield version, ((_among(version, "saddr", sources),) if sources else ())


def _of_version(version: int, texts: object) -> tuple[str, ...]:
    every = cast("tuple[str, ...] | None", texts) or ()
    return tuple(one for one in every if (":" in one) == (version == 6))


def _among(version: int, field: str, elements: tuple[str, ...]) -> str:
    """Return a match of networks; nft refuses a set of which two elements overlap."""
    every = [ipaddress.ip_network(one) for one in dict.fromkeys(elements)]
    alone = [one for one in every if not any(_in(one, other) for other in every)]
    words = ", ".join(str(one).removesuffix(f"/{one.max_prefixlen}") for one in alone)
    return f"{dict(FAMILIES)[version]} {field} {{ {words} }}"


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _in(one: _Network, other: _Network) -> bool:
    return one.prefixlen > other.prefixlen and one.network_address in other


def _ports(transport: str, ports: object) -> str:
    ranges: list[tuple[int, int]] = []
    for first, last in sorted(map(_bounds, cast("tuple[str, ...]", ports))):
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], max(last, ranges[-1][1])
        else:
            ranges.append((first, last))
    several = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    return f"{transport} dport " + (
        several[0] if len(several) == 1 else f"{{ {', '.join(several)} }}"
    )


def _bounds(ports: str) -> tuple[int, int]:
    first, _, last = ports.partition("-")
    return int(first), int(last or first)


def _any_ports(record: Record) -> Iterator[tuple[str, ...]]:
    if not transports(record):
        yield ()
    for transport in transports(record):
        if record["port"] is None:
            yield (f"meta l4proto {transport}",)
        else:
            yield (_ports(transport, record["port"]),)


def _words(*words: str) -> str:
    return " ".join(filter(None, words))


def _said(name: str) -> str:
    return f'comment "{name}"'
