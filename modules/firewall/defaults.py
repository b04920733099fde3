"""The rules of a home router: everything out, nothing in that was not asked for.

Statements are those of nft(8), with protocols and ports as numbers or nft's own keywords: the
device has no /etc/protocols and no /etc/services. ``@lan`` and ``@wan`` are the sets of the live
interface names of those zones. IPv6 follows RFC 4890 (ICMPv6) and RFC 6092 (simple security).
"""

from collections.abc import Mapping

_LOG = "limit rate 5/second burst 20 packets log prefix"

# ICMPv6 that must not be dropped in transit (RFC 4890 sections 4.3.1 and 4.3.2).
_TRANSIT_ICMP6 = (
    "destination-unreachable, packet-too-big, time-exceeded, parameter-problem, "
    "echo-request, echo-reply, 144, 145, 146, 147"
)

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
            "iifname @lan accept",
            "oifname @lan ct state established,related accept",
            "iifname @wan jump incoming-allowed-ip6",
            f'{_LOG} "forward-ip6 denied: "',
        ),
    },
    "input-ip6": {
        "type": "filter",
        "hook": "input",
        "policy": "drop",
        "rules": (
            'iifname "lo" accept',
            "meta l4proto icmpv6 accept",
            "ct state established,related accept",
            "iifname @lan jump input-ip6-lan",
            "iifname @lan accept",
            "iifname @wan jump input-ip6-wan",
            "iifname @wan jump incoming-allowed-ip6",
            f'{_LOG} "input-ip6 denied: "',
        ),
    },
    # DHCPv6, DNS and ssh of the router.
    "input-ip6-lan": {
        "rules": ("udp dport { 53, 547 } accept", "tcp dport { 22, 53 } accept"),
    },
    # Answers to the router's DHCPv6 client, which no connection is known for.
    "input-ip6-wan": {"rules": ("udp dport 546 udp sport 547 accept",)},
    # Yours: what may come in from the WAN, to the router or through it.
    "incoming-allowed-ip6": {"rules": ()},
}

_IP4: Mapping[str, Mapping[str, object]] = {
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
            "iifname @lan accept",
            "oifname @lan ct state established,related accept",
            "iifname @wan jump incoming-allowed-ip4",
            f'{_LOG} "forward-ip4 denied: "',
        ),
    },
    "input-ip4": {
        "type": "filter",
        "hook": "input",
        "policy": "drop",
        "rules": (
            'iifname "lo" accept',
            "icmp type echo-request accept",
            "ct state established,related accept",
            "iifname @lan jump input-ip4-lan",
            "iifname @wan jump input-ip4-wan",
            "iifname @wan jump incoming-allowed-ip4",
            f'{_LOG} "input-ip4 denied: "',
        ),
    },
    # DHCP, DNS and ssh of the router.
    "input-ip4-lan": {
        "rules": ("udp dport { 53, 67 } accept", "tcp dport { 22, 53 } accept"),
    },
    # Answers to the router's DHCP client, which sees them before this filter: not worth a denial.
    "input-ip4-wan": {"rules": ("udp dport 68 udp sport 67 accept",)},
    # Yours: what may come in from the WAN, to the router or (with a dnat rule) through it.
    "incoming-allowed-ip4": {"rules": ()},
}

RULES: Mapping[str, Mapping[str, object]] = {
    name: {**chain, "family": family}
    for family, chains in (("ip6", _IP6), ("ip", _IP4))
    for name, chain in chains.items()
}
ZONES = ("lan", "wan")
