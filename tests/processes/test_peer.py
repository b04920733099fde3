"""Two peers on one cable, without a guest: each is the other's test."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Dgram
from liminix_gen.qemu.wire.frames import MacAddress
from liminix_gen.qemu.wire.link import Link
from tests.support.peer import dhcp, dhcp_client, dns
from tests.support.peer.capture import CapturedLink
from tests.support.peer.dhcp_server import Offer, Server
from tests.support.peer.peer import Peer, PeerError, Port
from tests.support.peer.servers import Clock, Echo, Names

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUTER = IPv4Address("192.168.19.1")
INTERNET = IPv4Network("198.51.100.0/24")


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[tuple[Peer, Peer]]:
    """A computer without an address, and a router that stands for a network behind it."""
    here, there = tmp_path / "here", tmp_path / "there"
    loop = Loop()
    computer = Peer(
        Link(Dgram(local=there, remote=here)), loop, mac=MacAddress.parse("52:54:00:00:00:11")
    )
    router = Peer(
        CapturedLink(Dgram(local=here, remote=there), tmp_path / "wire.pcap"),
        loop,
        mac=MacAddress.parse("52:54:00:00:00:12"),
        address=IPv4Interface(f"{ROUTER}/24"),
        answers_for=(INTERNET,),
    )
    yield computer, router
    computer.close()
    router.close()
    loop.close()


def lease_to(computer: Peer, router: Peer) -> dhcp.Lease:
    offer = Offer(
        address=IPv4Interface("192.168.19.10/24"), router=ROUTER, dns=(ROUTER,), domain="lan"
    )
    Server(router, offer)
    return dhcp_client.acquire(computer, timeout_s=10)


def test_a_lease_configures_the_peer(cable: tuple[Peer, Peer], tmp_path: Path) -> None:
    computer, router = cable
    lease = lease_to(computer, router)
    assert computer.address == lease.address == IPv4Interface("192.168.19.10/24")
    assert computer.gateway == lease.router == ROUTER
    assert (lease.dns, lease.domain, lease.seconds) == ((ROUTER,), "lan", 3600)
    assert (tmp_path / "wire.pcap").stat().st_size > 4 * 300


def test_another_server_is_ignored(cable: tuple[Peer, Peer]) -> None:
    computer, router = cable
    Server(router, Offer(address=IPv4Interface("192.168.19.10/24")))
    with pytest.raises(PeerError, match="no DHCP lease within"):
        dhcp_client.acquire(computer, server=IPv4Address("192.168.19.2"), timeout_s=0.5)


def test_a_silent_server_gives_no_lease(cable: tuple[Peer, Peer]) -> None:
    computer, router = cable
    server = Server(router, None)
    with pytest.raises(PeerError):
        dhcp_client.acquire(computer, timeout_s=0.5)
    assert server.count(dhcp.DISCOVER) == 1


def test_pings_reach_the_router_and_what_is_behind_it(cable: tuple[Peer, Peer]) -> None:
    computer, router = cable
    lease_to(computer, router)
    assert computer.ping(ROUTER, 2)
    assert computer.ping(IPv4Address("198.51.100.7"), 2)
    assert not computer.ping(IPv4Address("203.0.113.1"), 0.3)
    assert not computer.ping(IPv4Address("192.168.19.77"), 0.3)


def test_servers_answer(cable: tuple[Peer, Peer]) -> None:
    computer, router = cable
    lease_to(computer, router)
    echo, clock = Echo(router), Clock(router)
    names = Names(router, {"www.example.org": IPv4Address("198.51.100.7")})
    assert computer.ask(IPv4Address("198.51.100.7"), 7, b"hello") == b"hello"
    assert echo.sources == [IPv4Address("192.168.19.10")]
    found = computer.look_up("www.example.org", ROUTER)
    assert found.addresses == (IPv4Address("198.51.100.7"),)
    assert computer.look_up("nobody.example.org", ROUTER).code == dns.NAME_ERROR
    assert names.asked == ["www.example.org", "nobody.example.org"]
    request = b"\x23".ljust(40, b"\0") + b"mystamp!"
    answer = computer.ask(ROUTER, 123, request)
    assert answer is not None
    assert answer[0] == 0x24
    assert answer[24:32] == b"mystamp!"
    assert clock.asked == [ROUTER]


def test_silence_is_told_from_an_answer(cable: tuple[Peer, Peer]) -> None:
    computer, router = cable
    lease_to(computer, router)
    assert computer.knock(ROUTER, 22, 0.3) is Port.SILENT
    assert computer.ask(ROUTER, 9, b"x", 0.3) is None
    assert computer.arp(IPv4Address("192.168.19.99"), 0.3) is None


def test_a_tag_separates_networks(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    with Loop() as loop:
        tagged = Peer(
            Link(Dgram(local=there, remote=here)),
            loop,
            mac=MacAddress(b"tagged"),
            address=IPv4Interface("10.0.0.1/24"),
            vlan=7,
        )
        plain = Peer(
            Link(Dgram(local=here, remote=there)),
            loop,
            mac=MacAddress(b"plain!"),
            address=IPv4Interface("10.0.0.2/24"),
        )
        assert tagged.arp(IPv4Address("10.0.0.2"), 0.3) is None
        tagged.close()
        plain.close()


def test_a_busy_neighbour_gets_what_was_posted(tmp_path: Path) -> None:
    """Whoever is asked once must be heard: the next question may come a second later."""
    here, there = tmp_path / "here", tmp_path / "there"
    link = Link(Dgram(local=there, remote=here))
    link.post(b"nobody is there")
    guest = Link(Dgram(local=here, remote=there))
    sent = 0
    while link.send(b"probe"):
        sent += 1
    link.post(b"answer")
    for _ in range(sent):
        assert guest.receive() == b"probe"
    assert guest.receive() is None
    assert link.send(b"probe")
    assert guest.receive() == b"answer"
    assert guest.receive() == b"probe"
    link.close()
    guest.close()
