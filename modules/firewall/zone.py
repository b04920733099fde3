"""Zones of a home's network: who is in them, where they may go, what the router offers them."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import cast

from attrs import field, frozen

from liminix_gen import INTERFACE, Service, values

from .ruleset import NAME

# What the router offers, to ports of UDP and TCP. One list for both families.
OFFERS: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "dhcp": ((67, 547), ()),
    "dns": ((53,), (53,)),
    "ntp": ((123,), ()),
    "ssh": ((), (22,)),
}
EVERYTHING = "all"
_FOR_GUESTS = ("dhcp", "dns", "ntp")


@frozen
class _Kind:
    """What a zone is unless it says otherwise; ``reach`` are kinds, itself included."""

    reach: tuple[str, ...] = ()
    router: tuple[str, ...] = ()


# Those whose name is a kind are of it; others have no rules of their own.
KINDS: Mapping[str, _Kind] = {
    "wan": _Kind(),
    "lan": _Kind(reach=("wan", "lan", "things"), router=(*_FOR_GUESTS, "ssh")),
    "guests": _Kind(reach=("wan",), router=_FOR_GUESTS),
    "things": _Kind(router=_FOR_GUESTS),
}
_NO_KIND = _Kind()
# Rules name these zones also if nobody is in them.
ALWAYS = ("lan", "wan")


class Prefix(values.ValueType[str]):
    """A prefix of IPv6 addresses that others take the place of."""

    def convert(self, value: object) -> str:
        prefix = values.IPNetwork().convert(value)
        if ip_network(prefix).version != 6 or prefix.endswith("/128"):
            raise self.refuse(value)
        return prefix

    def describe(self) -> str:
        return "a prefix of IPv6 such as 'fd12:3456:789a::/48'"


def _optional(type_: values.ValueType[object], description: str) -> values.Field:
    return values.Field(values.Optional(type_), description, default=None)


ZONE = values.Short(
    values.Record(
        {
            "interfaces": values.Field(values.ListOf(INTERFACE), "the interfaces in it"),
            "like": _optional(
                values.OneOf(*KINDS),
                "what it is like, if its name does not say so: wan, the world outside; lan reaches "
                "zones like wan, lan and things; guests reach those like wan; things reach none",
            ),
            "reach": _optional(
                values.ListOf(NAME), "zones that its hosts may reach, in place of those of its kind"
            ),
            "router": _optional(
                values.ListOf(values.OneOf(*OFFERS, EVERYTHING)),
                "what of the router its hosts may use, in place of what its kind may",
            ),
            "masquerade": _optional(
                values.Boolean(),
                "whether IPv4 that leaves by it has the router's address; zones like wan do",
            ),
            "masquerade_ip6": values.Field(
                values.Boolean(),
                "whether IPv6 that leaves by it has the router's address (NAT66)",
                default=False,
            ),
            "translate_ip6": values.Field(
                values.MappingOf(Prefix(), Prefix()),
                "prefixes inside, each to the one of the same length that its hosts have outside "
                "(NPTv6, RFC 6296)",
                default={},
            ),
        }
    ),
    "interfaces",
)


@frozen(kw_only=True)
class Zone:
    """A zone with all that its kind says filled in; ``known`` if the user named it."""

    name: str
    kind: str | None
    interfaces: tuple[Service, ...] = ()
    reach: tuple[str, ...] = ()
    router: tuple[str, ...] = ()
    masquerade: bool = False
    masquerade_ip6: bool = False
    translate_ip6: Mapping[str, str] = field(factory=dict[str, str])

    @property
    def outside(self) -> bool:
        """Whether the world is in it."""
        return self.kind == "wan"


def _kind(name: str, zone: Mapping[str, object]) -> str | None:
    like = cast("str | None", zone.get("like"))
    return like if like is not None else name if name in KINDS else None


def zones_of(given: Mapping[str, Mapping[str, object]]) -> tuple[Zone, ...]:
    """Return the zones of a firewall, by name, with those that are always there."""
    every: Mapping[str, Mapping[str, object]] = {**{name: {} for name in ALWAYS}, **given}
    kinds = {name: _kind(name, zone) for name, zone in every.items()}
    return tuple(_zone(name, every[name], kinds) for name in sorted(every))


def _zone(name: str, zone: Mapping[str, object], kinds: Mapping[str, str | None]) -> Zone:
    kind = kinds[name]
    usual = _NO_KIND if kind is None else KINDS[kind]
    reach = cast("tuple[str, ...] | None", zone.get("reach"))
    if reach is None:
        # Outside first: that is where most packets go.
        reach = tuple(
            other for wanted in usual.reach for other in sorted(kinds) if kinds[other] == wanted
        )
    elif kind == "lan" and name not in reach:
        reach = (*reach, name)
    router = cast("tuple[str, ...] | None", zone.get("router"))
    masquerade = cast("bool | None", zone.get("masquerade"))
    return Zone(
        name=name,
        kind=kind,
        interfaces=cast("tuple[Service, ...]", zone.get("interfaces", ())),
        reach=reach,
        router=usual.router if router is None else router,
        masquerade=kind == "wan" if masquerade is None else masquerade,
        masquerade_ip6=bool(zone.get("masquerade_ip6")),
        translate_ip6=cast("Mapping[str, str]", zone.get("translate_ip6", {})),
    )
