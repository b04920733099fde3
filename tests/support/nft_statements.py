"""A rule of nft(8) for each use that a firewall can make of the kernel.

They stand in chains that no packet reaches: the kernel looks at the place of a statement only on
the way from a hook.
"""

from __future__ import annotations

# Family, use (modules/firewall/uses.py), rule.
NAMED = (
    ("ip", "ct", "ct state established,related counter"),
    ("ip", "ct", "notrack"),
    ("ip", "ct mark", "ct mark set meta mark"),
    ("ip", "ct zone", "ct original zone set 1"),
    ("ip", "ct label", "ct label set 1"),
    ("ip", "ct event", "ct event set new,destroy"),
    ("ip", "ct count", "ct count over 100 drop"),
    ("ip", "fib ip", "fib daddr type local"),
    ("ip6", "fib ip6", "fib saddr . iif oif missing"),
    ("inet", "fib inet", "fib daddr . iif type broadcast"),
    ("ip", "dup ip", "dup to 192.0.2.1"),
    ("ip6", "dup ip6", 'dup to 2001:db8::1 device "lo"'),
    ("ip", "flow", "meta l4proto tcp flow add @offloaded"),
    ("ip", "hash", "meta mark set jhash ip saddr . tcp dport mod 4 seed 0x1"),
    ("inet", "hash", "symhash mod 2 1 counter"),
    ("ip", "limit", "limit rate over 5/second burst 7 packets drop"),
    ("ip", "log", 'log prefix "seen: " level info'),
    ("ip", "log group", "log group 3 snaplen 64"),
    ("ip", "nat", "snat to 192.0.2.7"),
    ("ip6", "nat", "meta l4proto tcp snat to [2001:db8::7]:1024-2047"),
    ("ip", "masquerade", "masquerade fully-random"),
    ("ip", "redirect", "udp dport 53 redirect to :53"),
    ("inet", "numgen", "numgen inc mod 2 vmap { 0 : accept, 1 : drop }"),
    ("ip", "osf", 'osf name "Linux"'),
    ("ip", "queue", "queue num 2-3 bypass,fanout"),
    ("ip", "quota", "quota over 10 mbytes drop"),
    ("ip", "reject ip", "reject with icmp type admin-prohibited"),
    ("ip6", "reject ip6", "reject with icmpv6 type no-route"),
    ("inet", "reject inet", "ip protocol tcp reject with tcp reset"),
    ("inet", "socket", "socket transparent 1 meta mark set 1"),
    ("inet", "synproxy", "tcp dport 80 synproxy mss 1460 wscale 7 timestamp sack-perm"),
    ("ip", "tproxy", "tcp dport 80 tproxy to :8080"),
    ("ip", "helper ftp", 'ct helper set "of-ftp"'),
)
# What is in nf_tables itself.
PLAIN = (
    ("inet", "tcp flags & (fin|syn|rst|ack) == syn counter packets 0 bytes 0"),
    ("inet", "tcp flags syn tcp option maxseg size set rt mtu"),
    ("ip", "ip dscp set cs1"),
    ("ip6", "exthdr frag exists drop"),
    ("inet", 'meta hour "17:00"-"19:00" meta day "Sunday" return'),
    ("ip", "@th,16,16 53 ip saddr . tcp dport vmap { 192.0.2.1 . 22 : accept }"),
    ("ip", "update @seen { ip saddr timeout 60s }"),
    ("ip", "ether saddr 02:00:00:00:00:01 ip saddr { 192.0.2.0/24, 198.51.100.1-198.51.100.9 }"),
    ("inet", 'iifname { "a", "b*" } oif lo meta l4proto { tcp, udp } th dport 53 continue'),
)
HELPERS = (
    *("RAS", "ftp", "irc", "netbios-ns", "pptp", "sane", "sip", "snmp", "tftp"),
    "Q.931",
)
_TCP = {"ftp", "irc", "pptp", "sane", "Q.931"}


def entries() -> dict[str, dict[str, object]]:
    """Return all of them as entries of a firewall."""
    found: dict[str, dict[str, object]] = {
        f"every-{family}": {
            "family": family,
            "rules": [rule for of, _, rule in NAMED if of == family]
            + [rule for of, rule in PLAIN if of == family],
        }
        for family in ("inet", "ip", "ip6")
    }
    found["seen"] = {
        "kind": "set",
        "family": "ip",
        "type": "ipv4_addr",
        "flags": ["dynamic", "timeout"],
        "elements": [],
    }
    found["slow"] = {
        "kind": "set",
        "family": "inet",
        "type": "ipv4_addr",
        "flags": ["dynamic"],
        "elements": ["192.0.2.9 limit rate 1/second"],
    }
    for helper in HELPERS:
        found[f"of-{helper.replace('.', '')}"] = {
            "kind": "helper",
            "family": "ip",
            "type": helper,
            "protocol": "tcp" if helper in _TCP else "udp",
        }
    found["every-route"] = {
        "family": "inet",
        "type": "route",
        "hook": "output",
        "priority": "mangle",
        "rules": [],
    }
    return found
