"""What answers, on which side of the router, in which state of its firewall.

Every TCP port and the UDP ports that something could use are asked from the WAN and from the LAN, by
IPv4 and IPv6, when the rules are ready; by IPv4, and by IPv6 a list of ports, when the firewall is
stopped: what filters then is one table for both. If the rules fail to load, and before they were
ever loaded, a list of ports is asked of the same table. `make prove` asks every port in each state.
A configuration without a firewall has no such states, and tests/unit/test_plan.py shows that nothing
is added to it.

Other members of this kind, all here: addresses of the LAN that are asked by way of the WAN, groups
and broadcast addresses, a port of the router on hosts behind it, spoofed addresses, source routes,
fragments, routing headers, every TCP flag combination, every protocol and every type of ICMP; what
listens on the router itself. The router's own ARP tells a neighbour on the WAN no address of the LAN.
"""

from __future__ import annotations

import itertools
import struct
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv4Interface, IPv6Address
from typing import TYPE_CHECKING

import attrs
import pytest
from attrs import frozen

from liminix_gen.qemu.wire.frames import MacAddress
from liminix_gen.qemu.wire.ip import ICMP, UDP, checksum
from tests.support import probes
from tests.support.peer import dns, tcp
from tests.support.peer.tcp import TCP
from tests.support.probes import EVERY_PORT, Address, Answer, Way, ethernet
from tests.support.reaching import LAN_ADDRESS
from tests.support.router import PROVIDER, WAN_ADDRESS, WEB_SERVER
from tests.support.scope import PROVING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tests.support.peer.dhcp import Lease
    from tests.support.peer.peer import Peer
    from tests.support.router import Router

Ends = tuple[Address, Address]
# Ways that are asked for every port: the rules are a table for each family, what is loaded without
# them is one table for both, and asking takes minutes.
READY = ("ip4", "ip6")
CLOSED, SOME = (READY, READY) if PROVING else (("ip4",), ())

# Services of other systems, the router's own, and the ends of what the tests open.
TCP_PORTS = (
    21,
    22,
    23,
    25,
    53,
    80,
    111,
    123,
    139,
    443,
    445,
    547,
    853,
    2222,
    5000,
    7007,
    8080,
    9100,
    49152,
)
QUESTIONS = {
    53: dns.Query(identifier=7, name="printer.lan").encode(),
    69: b"\0\1secret\0octet\0",
    123: b"\x23" + bytes(47),
    161: bytes.fromhex("302602010104067075626c6963a019020101020100020100300e300c06082b060102010101000500"),
    547: bytes.fromhex("0b0000070008000200000006000100170018"),
    1900: b"M-SEARCH * HTTP/1.1\r\n\r\n",
    5353: dns.Query(identifier=0, name="router.local").encode(),
    **dict.fromkeys((67, 68, 111, 137, 323, 319, 500, 514, 520, 546, 1194, 1701, 4500), b"hello"),
    **dict.fromkeys((4789, 5355, 7007, 33434, 41234, 51820), b"hello"),
}  # fmt: skip
EVERYBODY4 = IPv4Address("255.255.255.255")
EVERYBODY6 = IPv6Address("ff02::1")
LAN6, WAN6 = IPv6Address("2001:2:0:1::1"), IPv6Address("2001:2:0:2::1")
LAN_HOST6, WAN_HOST6 = LAN6 + 0x52, WAN6 + 0x52
PRINTER = IPv4Address("192.168.19.5")

SSH = Answer("tcp", 22, "open")
LISTED = {
    SSH,
    Answer("tcp", 53, "open"),
    Answer("tcp", 80, "open"),
    Answer("tcp", 9100, "open"),
    Answer("udp", 53, "open"),
    Answer("udp", 123, "open"),
    Answer("icmp", 0, "open"),
}


@frozen(kw_only=True)
class Sides:
    """The ways to the router, by name."""

    wan: dict[str, Way]
    lan: dict[str, Way]


@pytest.fixture(scope="module")
def sides(router: Router, lease: Lease) -> Sides:
    """The router's cards and addresses, and peers that IPv6 finds too."""
    local = link_local_addresses(router)
    wan_name = router.check("cat /run/services/outputs/wan/ifname")
    own = IPv6Address("fe80::52")
    router.lan.addresses6 |= {LAN_HOST6, own}
    router.provider.addresses6 |= {WAN_HOST6, own}

    def ways(
        peer: Peer, interface: str, router_address: IPv4Address, ends: dict[str, Ends]
    ) -> dict[str, Way]:
        card = MacAddress.parse(router.check(f"cat /sys/class/net/{interface}/address"))
        return {
            name: Way(peer=peer, router=router_address, mac=card, source=source, destination=to)
            for name, (source, to) in ends.items()
        }

    return Sides(
        wan=ways(
            router.provider,
            wan_name,
            WAN_ADDRESS,
            {
                "ip4": (PROVIDER, WAN_ADDRESS),
                "ip6": (WAN_HOST6, WAN6),
                "link-local": (own, local[wan_name]),
                "ip4 of the lan": (PROVIDER, LAN_ADDRESS),
                "ip6 of the lan": (WAN_HOST6, LAN6),
                "link-local of the lan": (own, local["br-lan"]),
                "broadcast": (PROVIDER, EVERYBODY4),
                "all nodes": (own, EVERYBODY6),
            },
        ),
        lan=ways(
            router.lan,
            "br-lan",
            LAN_ADDRESS,
            {
                "ip4": (lease.address.ip, LAN_ADDRESS),
                "ip6": (LAN_HOST6, LAN6),
                "link-local": (own, local["br-lan"]),
            },
        ),
    )


def link_local_addresses(router: Router) -> dict[str, IPv6Address]:
    """Return the link-local address of each interface."""
    rows = (line.split() for line in router.check("cat /proc/net/if_inet6").splitlines())
    return {row[5]: IPv6Address(bytes.fromhex(row[0])) for row in rows if row[3] == "20"}


def scan(ways: dict[str, Way], whole: tuple[str, ...]) -> dict[str, set[Answer]]:
    """Return what answers along each way; along those in `whole` every TCP port is asked."""
    found = {}
    for name, way in ways.items():
        ports = EVERY_PORT if name in whole else TCP_PORTS
        frames = itertools.chain(way.tcp(ports), way.udp(QUESTIONS), (way.ping(),))
        found[name] = way.answers(probes.send(way, frames))
    return found


def assert_closed(sides: Sides, whole: tuple[str, ...] = SOME) -> None:
    """The WAN gets no answer, the LAN that of ssh, so that it can mend what is wrong."""
    outside, inside = scan(sides.wan, whole), scan(sides.lan, whole)
    assert {name: found for name, found in outside.items() if found} == {}
    assert {name: found for name, found in inside.items() if found != {SSH}} == {}


def test_the_wan_gets_answers_of_open_ports_only(sides: Sides) -> None:
    found = scan(sides.wan, READY)
    opened = {Answer("tcp", 7007, "closed")}  # nobody listens there
    assert found == {
        "ip4": opened | {Answer("tcp", 7080, "closed")},
        "ip6": opened,
        # Where a server of DHCPv6 would answer.
        "link-local": opened | {Answer("udp", 546, "closed")},
        # The same router, by its other addresses.
        "ip4 of the lan": opened,
        "ip6 of the lan": opened,
        "link-local of the lan": set(),
        "broadcast": set(),
        "all nodes": set(),
    }


def test_the_lan_gets_answers_of_the_listed_services_by_both_families(sides: Sides) -> None:
    found = scan(sides.lan, READY)
    # DHCP of the other family, which nobody listens for.
    quiet = {Answer("udp", port, "closed") for port in (67, 547)}
    assert {name: answers - quiet for name, answers in found.items()} == dict.fromkeys(
        sides.lan, LISTED
    )


def test_nothing_listens_that_the_configuration_does_not_list(router: Router) -> None:
    listening: set[tuple[str, int]] = set()
    for protocol, state in (("tcp", "0A"), ("udp", "07")):
        for row in router.check(f"cat /proc/net/{protocol} /proc/net/{protocol}6").splitlines():
            words = row.split()
            # Sockets of a question have somebody at their other end.
            if words[3] == state and not words[2].strip("0:"):
                listening.add((protocol, int(words[1].rpartition(":")[2], 16)))
    tcp_ports, udp_ports = {22, 53, 80, 9100}, {53, 67, 123}
    assert listening == {("tcp", one) for one in tcp_ports} | {("udp", one) for one in udp_ports}
    rows = router.check("cat /proc/net/raw /proc/net/raw6 /proc/net/packet").splitlines()
    assert [row for row in rows if not row.lstrip().startswith("s")] == []


def test_listeners_are_bound_to_the_lan_also_without_a_filter(router: Router, sides: Sides) -> None:
    with restored(router):
        router.check("nft delete table ip table-ip; nft delete table ip6 table-ip6")
        found = scan(sides.wan, SOME)
        opened = {
            name: {one for one in answers if one.what == "open" and one.protocol != "icmp"}
            for name, answers in found.items()
        }
        # dnsmasq takes a connection to its own address, sees how it came, and closes it.
        taken = {Answer("tcp", 53, "open")}
        for name in ("ip4 of the lan", "ip6 of the lan"):
            assert opened.pop(name) <= taken, name
        assert not any(opened.values()), opened
        # A neighbour on the WAN is not told the addresses of the LAN.
        assert sides.wan["ip4"].peer.arp(LAN_ADDRESS, 3) is None
        router.check("services restart firewall")


@contextmanager
def restored(router: Router) -> Generator[None]:
    """Have the firewall loaded again after the block."""
    try:
        yield
    finally:
        router.check("services start firewall")
        router.wait_until_ready()


def test_a_stopped_firewall_lets_ssh_of_the_lan_in(router: Router, sides: Sides) -> None:
    with restored(router):
        router.check("services stop firewall")
        assert_closed(sides, CLOSED)
        # Through the router nothing passes at all.
        beyond = attrs.evolve(sides.lan["ip4"], destination=WEB_SERVER)
        with router.provider.tap() as outside:
            probes.send(beyond, (*beyond.tcp(TCP_PORTS), beyond.ping()))
        # The router asks questions of its own.
        passed = sides.wan["ip4"].sent(outside)
        assert not [one for one in passed if one.destination == WEB_SERVER]


def test_rules_that_fail_to_load_leave_ssh_to_the_lan(router: Router, sides: Sides) -> None:
    script = router.check("grep -o '/nix/store/[^ ]*-firewall.nft' /run/service/firewall/run")
    with restored(router):
        router.check("echo 'table ip no {' > /run/wrong.nft")
        router.check(f"mount -o bind /run/wrong.nft {script}")
        try:
            assert router.run("services restart firewall", 120).status == 1
            assert_closed(sides)
        finally:
            router.check(f"umount {script}")


def test_before_the_rules_nothing_passes(router: Router, sides: Sides) -> None:
    """The interfaces come up anew, with modules just loaded, as in a boot up to the firewall."""
    with restored(router):
        router.check("services stop firewall")
        # It says what it does not wait for: the lease.
        router.check("services restart modules.firewall", 120)
        # What stands on the interfaces, and addresses that are there and known to be nobody else's.
        router.wait_for_state("wan", "ready")
        router.wait_for_state("ssh", "ready")
        own = "grep -q '^fe80.* 80 *br-lan' /proc/net/if_inet6"
        doubted = "grep -q ' c0 ' /proc/net/if_inet6"
        router.check(f"until {own} && ! {doubted}; do sleep 0.2; done", 60)
        assert "table-ip" not in router.check("nft list tables")
        assert_closed(sides)


def oddities(way: Way) -> Iterator[bytes]:
    """Yield packets that connection tracking may make nothing of."""
    for flags in range(256):
        yield way.frame(TCP, way.segment(80, flags, 20_000 + flags))
        # In the middle of a connection that began well.
        yield way.frame(TCP, way.segment(80, tcp.SYN, 30_000 + flags))
        yield way.frame(TCP, way.segment(80, flags, 30_000 + flags))
    for protocol in range(256):
        yield way.frame(protocol, bytes(64))
    for kind in range(256):
        text = struct.pack("!BBHI", kind, 0, 0, 7) + bytes(40)
        total = checksum(text)
        yield way.frame(ICMP, text[:2] + struct.pack("!H", total) + text[4:])
    wrong = way.segment(80, tcp.SYN, 20_300)
    yield way.frame(TCP, wrong[:16] + b"\0\0" + wrong[18:])
    yield way.frame(TCP, wrong[:12])
    # The first piece of a datagram. At a later one, QEMU's own network on the lan ends.
    yield ethernet(way, ip4(way, UDP, bytes(32), fragment=0x2000))
    route = bytes((137, 7, 4)) + PROVIDER.packed + b"\0"
    yield ethernet(way, ip4(way, ICMP, bytes(32), options=route))


def ip4(
    way: Way,
    protocol: int,
    payload: bytes,
    *,
    identification: int = 0,
    fragment: int = 0,
    options: bytes = b"",
) -> bytes:
    """Return a packet of IPv4 with what only odd ones have."""
    size = 20 + len(options)
    head = struct.pack("!BBHH", 0x40 | size // 4, 0, size + len(payload), identification)
    head += struct.pack("!HBBH", fragment, 64, protocol, 0)
    head += way.source.packed + way.destination.packed + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def test_what_leaves_by_the_wan_has_the_routers_address(router: Router, sides: Sides) -> None:
    honest = attrs.evolve(sides.lan["ip4"], destination=WEB_SERVER)
    spoofed = [
        attrs.evolve(honest, source=IPv4Address(source))
        for source in ("10.9.9.9", "192.168.19.77", "203.0.113.10", "127.0.0.1", "224.0.0.5")
    ]  # fmt: skip
    groups = [
        attrs.evolve(honest, destination=IPv4Address(to)) for to in ("224.0.0.251", "239.1.2.3")
    ]
    with router.provider.tap() as outside:
        probes.send(honest, oddities(honest))
        for way in (*spoofed, *groups):
            probes.send(honest, (*way.tcp(TCP_PORTS), *way.udp(QUESTIONS), way.ping()))
    sent = sides.wan["ip4"].sent(outside)
    inside = [one for one in sent if one.source.version == 4 and one.source != WAN_ADDRESS]
    assert inside == []
    assert len([one for one in sent if one.protocol == TCP]) > 256
    assert not [
        one for one in sent if one.destination.is_multicast and one.destination.version == 4
    ]


def test_what_leaves_by_ipv6_is_of_the_lans_network(router: Router, sides: Sides) -> None:
    ends = ("fe80::52", "fd00::52", "::1", "2001:db8::1", str(WAN_HOST6), "::ffff:10.0.0.1")
    way = sides.lan["ip6"]
    with router.provider.tap() as outside:
        for source in (str(LAN_HOST6), *ends):
            one = attrs.evolve(way, source=IPv6Address(source), destination=WAN_HOST6)
            probes.send(way, (*one.tcp((80,)), one.ping()))
    sent = sides.wan["ip6"].sent(outside)
    assert {one.source for one in sent if one.protocol == TCP} == {LAN_HOST6}


@pytest.fixture
def printer(router: Router) -> Iterator[None]:
    """The host that a port of the router leads to."""
    before = router.lan.address
    router.lan.address = IPv4Interface(f"{PRINTER}/24")
    yield
    router.lan.address = before


@pytest.mark.usefixtures("printer")
def test_only_what_was_sent_there_reaches_a_host_behind(router: Router, sides: Sides) -> None:
    """A port of the router is not one of the hosts behind it; one that a rule sends there is."""
    outer4, outer6 = sides.wan["ip4"], sides.wan["ip6"]
    ports = (22, 80, 7007, 7080, 7443)
    ways = [
        outer4,
        attrs.evolve(outer4, destination=PRINTER),
        attrs.evolve(outer6, destination=LAN_HOST6),
    ]
    # From the lan's own addresses, and by routes that the sender chose.
    ways += [
        attrs.evolve(outer4, source=source, destination=to)
        for source in (IPv4Address("192.168.19.77"), LAN_ADDRESS, IPv4Address("127.0.0.1"))
        for to in (PRINTER, LAN_ADDRESS)
    ]
    routed = attrs.evolve(outer4, destination=PRINTER)
    route = bytes((131, 7, 4)) + PRINTER.packed + b"\0"
    by_lan = attrs.evolve(outer6, destination=LAN6)
    header = bytes((TCP, 2, 0, 1)) + bytes(4) + LAN_HOST6.packed
    odd = (
        ethernet(routed, ip4(routed, TCP, routed.segment(7007, tcp.SYN), options=route)),
        ethernet(routed, ip4(routed, TCP, routed.segment(7007, tcp.SYN)[:8], fragment=0x2000)),
        by_lan.frame(43, header + by_lan.segment(7443, tcp.SYN)),
    )
    strangers = {way.source for way in ways} - {LAN_ADDRESS}
    with router.lan.tap() as inside:
        for way in ways:
            probes.send(outer4, (*way.tcp(ports), *way.udp(QUESTIONS)))
        probes.send(outer4, odd)
        router.loop.idle(1.0)
    arrived = {
        (one.destination, struct.unpack_from("!H", one.payload, 2)[0])
        for one in sides.lan["ip4"].sent(inside)
        if one.protocol in (TCP, UDP) and one.source in strangers
    }
    assert arrived == {(PRINTER, 80), (LAN_HOST6, 7443)}
