"""The rules of a home router: everything out, nothing in that was not asked for.

Statements are those of nft(8), with protocols and ports as numbers or nft's own keywords: the
device has no /etc/protocols and no /etc/services. ``@lan`` and ``@wan`` are the sets of the live
interface names of those zones. IPv6 follows RFC 4890 (ICMPv6) and RFC 6092 (simple security).

What a packet is forwarded from and to is always named: while a set is empty, because its interface
is not up yet, nothing passes, rather than passing without the rules of that zone.
"""

from collections.abc import Mapping

_LOG = "limit rate 5/second burst 20 packets log prefix"

# ICMPv6 that must not be dropped in transit (RFC 4890 sections 4.3.1 and 4.3.2).
_TRANSIT_ICMP6 = (
    "destination-unreachable, packet-too-big, time-exceeded, parameter-problem, "
    "echo-request, echo-reply, 144, 145, 146, 147"
)

# Without these no neighbour on a link is found (RFC 4890 section 4.4.1); the kernel takes them with
# a hop limit of 255 only. Redirects are not among them.
_NEIGHBOURS = "nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query"

# DHCP, DHCPv6, DNS and ssh of the router: one list for both families.
_FOR_THE_LAN = ("udp dport { 53, 67, 547 } accept", "tcp dport { 22, 53 } accept")

# What connection tracking cannot make sense of gets no translation, and would leave with the
# address that it has inside.
_NOT_OUT = "oifname @wan ct state invalid drop"

_WITHOUT_ADDRESS = (
    "nd-neighbor-solicit, nd-router-solicit, mld-listener-report, mld2-listener-report"
)

_IP6: Mapping[str, Mapping[str, object]] = {
    # What no sender may send, whatever it is for.
    "bogons-ip6": {
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
    },
    "forward-ip6": {
        "type": "filter",
        "hook": "forward",
        "policy": "drop",
        "rules": (
            "ip6 saddr ::1 drop",
            "ip6 daddr ::1 drop",
            # IPv4-mapped, link-local, ORCHID (RFC 4843, RFC 7343).
            "ip6 saddr { ::ffff:0:0/96, fe80::/10, 2001:10::/28, 2001:20::/28 } drop",
            "ip6 daddr { ::ffff:0:0/96, fe80::/10, 2001:10::/28, 2001:20::/28 } drop",
            # Unique local addresses stay inside (RFC 4193 section 4.1).
            "oifname @wan ip6 saddr fc00::/7 drop",
            "iifname @wan ip6 saddr fc00::/7 drop",
            "oifname @wan ip6 daddr fc00::/7 drop",
            # Multicast up to the scope of an organization (RFC 7346).
            "ip6 daddr ff00::/8 ip6 daddr & 000f:: <= 0008:: drop",
            f"icmpv6 type {{ {_TRANSIT_ICMP6} }} accept",
            # IPsec and HIP (RFC 6092 sections 3.2.4 and 3.2.5).
            "meta l4proto { ah, esp, 139 } accept",
            "oifname @wan udp dport { 500, 4500 } accept",
            _NOT_OUT,
            "iifname @lan oifname @wan accept",
            "iifname @lan oifname @lan accept",
            "oifname @lan ct state established,related accept",
            "iifname @wan oifname @lan jump forward-allowed-ip6",
            f'{_LOG} "forward-ip6 denied: "',
        ),
    },
    "input-ip6": {
        "type": "filter",
        "hook": "input",
        "policy": "drop",
        "rules": (
            'iifname "lo" accept',
            "ct state established,related accept",
            f"icmpv6 type {{ {_NEIGHBOURS} }} accept",
            "iifname != @wan icmpv6 type echo-request accept",
            "iifname @lan icmpv6 type nd-router-solicit accept",
            "iifname @lan jump input-ip6-lan",
            "iifname @wan jump input-ip6-wan",
            "iifname @wan jump incoming-allowed-ip6",
            f'{_LOG} "input-ip6 denied: "',
        ),
    },
    # The kernel sends redirects before it asks the forward chain, and has no sysctl for that.
    "output-ip6": {
        "type": "filter",
        "hook": "output",
        "policy": "accept",
        "rules": ("icmpv6 type nd-redirect drop",),
    },
    "input-ip6-lan": {"rules": _FOR_THE_LAN},
    # Answers to the router's DHCPv6 client, which no connection is known for.
    "input-ip6-wan": {"rules": ("udp dport 546 udp sport 547 accept",)},
    # Yours: what may come in from the WAN to the router itself.
    "incoming-allowed-ip6": {"rules": ()},
    # Yours: what may come in from the WAN to hosts of the LAN, such as
    # "ip6 daddr fd00::5 tcp dport 443 accept".
    "forward-allowed-ip6": {"rules": ()},
}

_IP4: Mapping[str, Mapping[str, object]] = {
    # Yours: which ports of the router lead to a host of the LAN, such as
    # "iifname @wan tcp dport 443 dnat to 192.168.19.5".
    "prerouting-ip4": {
        "type": "nat",
        "hook": "prerouting",
        "priority": "dstnat",
        "policy": "accept",
        "rules": (),
    },
    "postrouting-ip4": {
        "type": "nat",
        "hook": "postrouting",
        "priority": "srcnat",
        "policy": "accept",
        "rules": ("oifname @wan masquerade",),
    },
    "forward-ip4": {
        "type": "filter",
        "hook": "forward",
        "policy": "drop",
        "rules": (
            _NOT_OUT,
            "iifname @lan oifname @wan accept",
            "iifname @lan oifname @lan accept",
            "oifname @lan ct state established,related accept",
            # A rule of prerouting-ip4 has sent it there.
            "iifname @wan ct status dnat accept",
            "iifname @wan oifname @lan jump forward-allowed-ip4",
            f'{_LOG} "forward-ip4 denied: "',
        ),
    },
    "input-ip4": {
        "type": "filter",
        "hook": "input",
        "policy": "drop",
        "rules": (
            'iifname "lo" accept',
            # Also those that belong to a connection.
            "icmp type redirect drop",
            "ct state established,related accept",
            "iifname != @wan icmp type echo-request accept",
            "iifname @lan jump input-ip4-lan",
            "iifname @wan jump input-ip4-wan",
            "iifname @wan jump incoming-allowed-ip4",
            f'{_LOG} "input-ip4 denied: "',
        ),
    },
    "input-ip4-lan": {"rules": _FOR_THE_LAN},
    # Answers to the router's DHCP client, which sees them before this filter: not worth a denial.
    "input-ip4-wan": {"rules": ("udp dport 68 udp sport 67 accept",)},
    # Yours: what may come in from the WAN to the router itself. A dnat rule needs nothing here.
    "incoming-allowed-ip4": {"rules": ()},
    # Yours: what may come in from the WAN to hosts of the LAN without being translated.
    "forward-allowed-ip4": {"rules": ()},
}

RULES: Mapping[str, Mapping[str, object]] = {
    name: {**chain, "family": family}
    for family, chains in (("ip6", _IP6), ("ip", _IP4))
    for name, chain in chains.items()
}
ZONES = ("lan", "wan")
