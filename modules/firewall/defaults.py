"""The rules of a home router: everything out, nothing in that was not asked for.

Statements are those of nft(8), with protocols and ports as numbers or nft's own keywords: the
device has no /etc/protocols and no /etc/services. ``@lan`` and ``@wan`` are the sets of the live
interface names of those zones. IPv6 follows RFC 4890 (ICMPv6) and RFC 6092 (simple security).

What a packet is forwarded from and to is always named: while a set is empty, because its interface
is not up yet, nothing passes, rather than passing without the rules of that zone.
"""

from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from .passes import Pass
from .statements import FLOWTABLE
from .zone import EVERYTHING, OFFERS, Zone

Chain = Mapping[str, object]

_LOG = "limit rate 5/second burst 20 packets log prefix"

# ICMPv6 that must not be dropped in transit (RFC 4890 sections 4.3.1 and 4.3.2).
_TRANSIT_ICMP6 = (
    "destination-unreachable, packet-too-big, time-exceeded, parameter-problem, "
    "echo-request, echo-reply, 144, 145, 146, 147"
)

# Without these no neighbour on a link is found (RFC 4890 section 4.4.1); the kernel takes them with
# a hop limit of 255 only. Redirects are not among them.
_NEIGHBOURS = "nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query"

_WITHOUT_ADDRESS = (
    "nd-neighbor-solicit, nd-router-solicit, mld-listener-report, mld2-listener-report"
)

# What no sender may send, whatever it is for.
_BOGONS_6: Chain = {
    "type": "filter",
    "hook": "prerouting",
    "policy": "accept",
    "rules": (
        # A host that has no address yet (RFC 4862 section 5.4, RFC 3810 section 5.2.13).
        f"ip6 saddr :: icmpv6 type {{ {_WITHOUT_ADDRESS} }} accept",
        "ip6 saddr ff00::/8 drop",
        "ip6 saddr :: drop",
        "ip6 daddr :: drop",
        # RFC 3849: for documentation only.
        "ip6 saddr 2001:db8::/32 drop",
        "ip6 daddr 2001:db8::/32 drop",
        # The answer would leave by another interface (RFC 2827).
        "fib saddr . iif oif missing drop",
        # Renumbering, node information, experiments and reserved types.
        "icmpv6 type { 100, 101, 127, 138, 139, 140, 200, 201, 255 } drop",
        "icmpv6 type destination-unreachable ct state new,invalid,untracked drop",
        # RFC 5095: it makes a packet travel back and forth.
        "rt type 0 drop",
    ),
}
# IPv4-mapped, link-local, ORCHID (RFC 4843, RFC 7343).
_NOT_FORWARDED_6 = "{ ::ffff:0:0/96, fe80::/10, 2001:10::/28, 2001:20::/28 }"

# The places for rules of the user's, in chains that have a beginning and an end.
FILTERS = ("forward", "input", "output")
PLACES = (
    *FILTERS,
    *(f"{name}-{family}" for name in FILTERS for family in ("ip4", "ip6")),
    *(f"{name}-{family}" for name in ("postrouting", "prerouting") for family in ("ip4", "ip6")),
)

Rules = Mapping[str, tuple[str, ...]]


@frozen(kw_only=True)
class Home:
    """What the rules are made for.

    ``before`` and ``after`` are rules for the beginning and the end of chains, by place.
    ``hairpin`` are names of zones whose hosts reach port forwards as the world does.
    """

    zones: tuple[Zone, ...]
    opened: Sequence[Pass] = ()
    allowed: Sequence[Pass] = ()
    forwarded: Sequence[Pass] = ()
    hairpin: tuple[str, ...] = ()
    offload: bool = False
    before: Rules = field(factory=dict[str, tuple[str, ...]])
    after: Rules = field(factory=dict[str, tuple[str, ...]])

    @property
    def outside(self) -> tuple[Zone, ...]:
        """The zones that the world is in."""
        return tuple(zone for zone in self.zones if zone.outside)

    @property
    def inside(self) -> tuple[Zone, ...]:
        """The zones with rules of their own that the world is not in."""
        return tuple(zone for zone in self.zones if zone.kind is not None and not zone.outside)

    def placed(self, chain: str, *rules: str, last: str = "") -> tuple[str, ...]:
        """Return the rules of a chain with the user's own around them, all before the last."""
        place = chain.partition("-")[0]
        before = (*self.before.get(place, ()), *self.before.get(chain, ()))
        after = (*self.after.get(place, ()), *self.after.get(chain, ()))
        return (*before, *rules, *after, *([last] if last else []))


def built_in(home: Home) -> Mapping[str, Mapping[str, object]]:
    """Return the chains of a home, by name."""
    every = (("ip6", 6, _chains_6(home)), ("ip", 4, _chains_4(home)))
    return {
        name: {**chain, "family": family}
        for family, version, own in every
        for name, chain in {**own, **_common(home, version)}.items()
    }


def _common(home: Home, version: int) -> Mapping[str, Chain]:
    """Return the chains that both families have alike."""
    chains: dict[str, Chain] = {
        # Yours: what may come in from the WAN to the router itself.
        f"incoming-allowed-ip{version}": {"rules": ()},
        # Yours: what may come in from the WAN to hosts of the LAN, such as
        # "ip6 daddr fd00::5 tcp dport 443 accept".
        f"forward-allowed-ip{version}": {"rules": ()},
    }
    for zone in home.inside:
        chains[f"input-ip{version}-{zone.name}"] = {"rules": tuple(_offered(zone))}
    for zone in home.outside:
        chains[f"input-ip{version}-{zone.name}"] = {"rules": (_ANSWERS[version],)}
    for name in {one.zone: None for one in home.opened if one.version == version}:
        chains[f"open-ip{version}-{name}"] = {"rules": _rules(home.opened, version, name)}
    if allowed := _rules(home.allowed, version):
        chains[f"allowed-ip{version}"] = {"rules": allowed}
    return chains


# Answers to the router's own DHCP client, which no connection is known for.
# Of DHCPv6 a server sends them from any port, by its link-local address (RFC 8415 section 7.2).
_ANSWERS = {
    4: "udp dport 68 udp sport 67 accept",
    6: "ip6 saddr fe80::/10 udp dport 546 accept",
}


def _rules(passes: Sequence[Pass], version: int, zone: str | None = None) -> tuple[str, ...]:
    return tuple(one.rule for one in passes if one.version == version and zone in {None, one.zone})


def _offered(zone: Zone) -> Iterator[str]:
    """Yield what of the router the hosts of a zone may use."""
    if EVERYTHING in zone.router:
        yield "accept"
        return
    for transport, place in (("udp", 0), ("tcp", 1)):
        ports = sorted({port for word in zone.router for port in OFFERS[word][place]})
        if ports:
            yield f"{transport} dport {{ {', '.join(map(str, ports))} }} accept"


def _input(home: Home, version: int) -> Iterator[str]:
    """Yield the rules for what is meant for the router itself, behind those of each family."""
    not_outside = " ".join(f"iifname != @{zone.name}" for zone in home.outside)
    icmp = {4: "icmp", 6: "icmpv6"}[version]
    yield f"{not_outside} {icmp} type echo-request accept".strip()
    for zone in home.inside:
        if version == 6 and {"dhcp", EVERYTHING}.intersection(zone.router):
            yield f"iifname @{zone.name} icmpv6 type nd-router-solicit accept"
        yield f"iifname @{zone.name} jump input-ip{version}-{zone.name}"
    for zone in home.outside:
        yield f"iifname @{zone.name} jump input-ip{version}-{zone.name}"
        yield f"iifname @{zone.name} jump incoming-allowed-ip{version}"
    for name in {one.zone: None for one in home.opened if one.version == version}:
        yield f"iifname @{name} jump open-ip{version}-{name}"


def _forward(home: Home, version: int) -> Iterator[str]:
    """Yield the rules for what goes from one zone to another, behind those of each family."""
    for zone in home.outside:
        # What connection tracking cannot make sense of gets no translation, and would leave with
        # the address that it has inside.
        yield f"oifname @{zone.name} ct state invalid drop"
    if home.offload:
        yield f"meta l4proto {{ tcp, udp }} ct state established flow add @{FLOWTABLE}"
    for zone in home.zones:
        yield f"oifname @{zone.name} ct state established,related accept"
    for zone in home.zones:
        for other in zone.reach:
            yield f"iifname @{zone.name} oifname @{other} accept"
    if _rules(home.allowed, version):
        yield f"jump allowed-ip{version}"


def _chains_6(home: Home) -> Mapping[str, Chain]:
    private: list[str] = []
    transit: list[str] = []
    for zone in home.outside:
        # Unique local addresses stay inside (RFC 4193 section 4.1), if they are not translated.
        if not zone.masquerade_ip6:
            others = "".join(f"ip6 saddr != {prefix} " for prefix in zone.translate_ip6)
            private.append(f"oifname @{zone.name} ip6 saddr fc00::/7 {others}drop")
        private.append(f"iifname @{zone.name} ip6 saddr fc00::/7 drop")
        private.append(f"oifname @{zone.name} ip6 daddr fc00::/7 drop")
        for other in home.inside:
            if zone.name in other.reach:
                transit.append(f"iifname @{zone.name} oifname @{other.name} jump transit-ip6")
                transit.append(f"iifname @{other.name} oifname @{zone.name} jump transit-ip6")
    chains: dict[str, Chain] = {
        "bogons-ip6": _BOGONS_6,
        "transit-ip6": {
            "rules": (
                f"icmpv6 type {{ {_TRANSIT_ICMP6} }} accept",
                # IPsec and HIP (RFC 6092 sections 3.2.4 and 3.2.5).
                "meta l4proto { ah, esp, 139 } accept",
            )
        },
        "forward-ip6": {
            "type": "filter",
            "hook": "forward",
            "policy": "drop",
            "rules": home.placed(
                "forward-ip6",
                "ip6 saddr ::1 drop",
                "ip6 daddr ::1 drop",
                f"ip6 saddr {_NOT_FORWARDED_6} drop",
                f"ip6 daddr {_NOT_FORWARDED_6} drop",
                *private,
                # Multicast up to the scope of an organization (RFC 7346).
                "ip6 daddr ff00::/8 ip6 daddr & 000f:: <= 0008:: drop",
                *transit,
                *_forward(home, 6),
                *(["jump port-forward-ip6"] if _rules(home.forwarded, 6) else []),
                *_allowed_by_the_user(home, 6),
                last=f'{_LOG} "forward-ip6 denied: "',
            ),
        },
        "input-ip6": {
            "type": "filter",
            "hook": "input",
            "policy": "drop",
            "rules": home.placed(
                "input-ip6",
                'iifname "lo" accept',
                "ct state established,related accept",
                f"icmpv6 type {{ {_NEIGHBOURS} }} accept",
                *_input(home, 6),
                last=f'{_LOG} "input-ip6 denied: "',
            ),
        },
        # The kernel sends redirects before it asks the forward chain, and has no sysctl for that.
        "output-ip6": {
            "type": "filter",
            "hook": "output",
            "policy": "accept",
            "rules": home.placed("output-ip6", "icmpv6 type nd-redirect drop"),
        },
    }
    if rules := _rules(home.forwarded, 6):
        chains["port-forward-ip6"] = {"rules": rules}
    for hook, priority, translated in (
        ("prerouting", "dstnat", _translated_inwards(home)),
        ("postrouting", "srcnat", _translated_outwards(home)),
    ):
        if placed := home.placed(f"{hook}-ip6", *translated):
            chains[f"{hook}-ip6"] = {
                "type": "nat",
                "hook": hook,
                "priority": priority,
                "policy": "accept",
                "rules": placed,
            }
    return chains


def _translated_inwards(home: Home) -> Iterator[str]:
    for zone in home.zones:
        for inside, outside in zone.translate_ip6.items():
            yield f"iifname @{zone.name} ip6 daddr {outside} dnat prefix to {inside}"


def _translated_outwards(home: Home) -> Iterator[str]:
    for zone in home.zones:
        for inside, outside in zone.translate_ip6.items():
            yield f"oifname @{zone.name} ip6 saddr {inside} snat prefix to {outside}"
        if zone.masquerade_ip6:
            yield f"oifname @{zone.name} masquerade"


def _allowed_by_the_user(home: Home, version: int) -> Iterator[str]:
    for zone in home.outside:
        for other in home.zones:
            if other.kind == "lan":
                way = f"iifname @{zone.name} oifname @{other.name}"
                yield f"{way} jump forward-allowed-ip{version}"


def _chains_4(home: Home) -> Mapping[str, Chain]:
    translated = dict.fromkeys((*(zone.name for zone in home.outside), *home.hairpin))
    chains: dict[str, Chain] = {
        # Yours: which ports of the router lead to a host of the LAN, such as
        # "iifname @wan tcp dport 443 dnat to 192.168.19.5".
        "prerouting-ip4": {
            "type": "nat",
            "hook": "prerouting",
            "priority": "dstnat",
            "policy": "accept",
            "rules": home.placed("prerouting-ip4"),
        },
        "postrouting-ip4": {
            "type": "nat",
            "hook": "postrouting",
            "priority": "srcnat",
            "policy": "accept",
            "rules": home.placed(
                "postrouting-ip4",
                *(f"oifname @{zone.name} masquerade" for zone in home.zones if zone.masquerade),
                # Else the host would answer its neighbour itself, from an address nobody asked.
                *(
                    f"iifname @{name} oifname @{name} ct status dnat masquerade"
                    for name in home.hairpin
                ),
            ),
        },
        "forward-ip4": {
            "type": "filter",
            "hook": "forward",
            "policy": "drop",
            "rules": home.placed(
                "forward-ip4",
                *_forward(home, 4),
                # A port forward, or a rule of prerouting-ip4, has sent it there.
                *(f"iifname @{name} ct status dnat accept" for name in translated),
                *_allowed_by_the_user(home, 4),
                last=f'{_LOG} "forward-ip4 denied: "',
            ),
        },
        "input-ip4": {
            "type": "filter",
            "hook": "input",
            "policy": "drop",
            "rules": home.placed(
                "input-ip4",
                'iifname "lo" accept',
                # Also those that belong to a connection.
                "icmp type redirect drop",
                "ct state established,related accept",
                *_input(home, 4),
                last=f'{_LOG} "input-ip4 denied: "',
            ),
        },
    }
    if home.placed("output-ip4"):
        chains["output-ip4"] = {
            "type": "filter",
            "hook": "output",
            "policy": "accept",
            "rules": home.placed("output-ip4"),
        }
    if rules := _rules(home.forwarded, 4):
        chains["port-forward-ip4"] = {
            "type": "nat",
            "hook": "prerouting",
            "priority": "dstnat",
            "policy": "accept",
            "rules": rules,
        }
    return chains
