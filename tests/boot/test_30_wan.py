"""What the router does between its ports: a lease, a route, forwarding, a firewall."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

import pytest

from liminix_gen.qemu.wire.ip import UDP
from liminix_gen.qemu.wire.messages import Icmp, Udp
from tests.support.peer.peer import Port
from tests.support.peer.servers import ECHO_PORT
from tests.support.router import CLOCK, PROVIDER, WAN_ADDRESS, WEB_SERVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.router import Router

# The lan needs an address to be reached from.
pytestmark = pytest.mark.usefixtures("lease")

OFFICE = IPv4Address("10.8.3.4")


def test_the_lease_is_published_and_used(router: Router) -> None:
    router.wait_for_state("default-route", "ready")
    outputs = "/run/services/outputs/wan"
    assert router.check(f"cat {outputs}/router") == str(PROVIDER)
    assert router.check(f"cat {outputs}/ip") == str(WAN_ADDRESS)
    route = router.check("ip route | grep ^default")
    assert f"via {PROVIDER}" in route
    assert "metric 50" in route


def test_the_lan_reaches_the_world(router: Router) -> None:
    with router.provider.overhear() as heard:
        assert router.lan.ping(WEB_SERVER, 30)
    # The world sees the router's address only.
    sources = {one.packet.source for one in heard if one.packet.destination == WEB_SERVER}
    assert sources == {WAN_ADDRESS}


def test_datagrams_are_forwarded_both_ways(router: Router) -> None:
    assert router.lan.ask(WEB_SERVER, ECHO_PORT, b"over there") == b"over there"
    assert WAN_ADDRESS in router.echo.sources


def test_a_connection_that_was_let_through_takes_the_short_way(router: Router) -> None:
    chain = "ip table-ip forward-ip4"
    router.check(f"nft insert rule {chain} udp sport 40007 counter")
    inside = router.lan.own_address()
    sent = Udp(source_port=40007, destination_port=ECHO_PORT, payload=b"over there")
    with router.lan.overhear() as heard:
        for _ in range(20):
            router.lan.send(WEB_SERVER, UDP, sent.encode(inside, WEB_SERVER))
            router.loop.idle(0.2)
    answers = [one for one in heard if one.packet.source == WEB_SERVER]
    assert len(answers) > 15
    counted = router.check(f"nft -a list chain {chain} | grep 'sport 40007'").split()
    # The rules see the first ones only; the answers come translated all the same.
    assert 0 < int(counted[counted.index("packets") + 1]) < 8
    router.check(f"nft delete rule {chain} handle {counted[-1]}")


def test_chips_that_take_no_connections_over_say_so(router: Router) -> None:
    flows = "hook ingress priority filter; flags offload;"
    router.check(f"nft 'add table inet chips; add flowtable inet chips f {{ {flows} }}'")
    refused = router.run(f"nft 'add flowtable inet chips f {{ {flows} devices = {{ lan }}; }}'")
    assert "not supported" in refused.text
    router.check("nft delete table inet chips")


def test_the_world_does_not_reach_the_lan(router: Router) -> None:
    inside = router.lan.own_address()
    router.provider.gateway = WAN_ADDRESS
    with router.lan.overhear() as heard:
        assert not router.provider.ping(inside, 4)
        assert router.provider.knock(inside, 22, 4) is Port.SILENT
    assert not [one for one in heard if one.packet.source == PROVIDER]
    # That is the firewall's doing: the router itself knows the way.
    assert router.check("cat /proc/sys/net/ipv4/ip_forward") == "1"


def test_the_world_does_not_reach_the_routers_services(router: Router) -> None:
    assert router.provider.knock(WAN_ADDRESS, 22, 4) is Port.SILENT
    assert router.provider.ask(WAN_ADDRESS, 53, b"hello?", 4) is None


def test_a_port_that_was_opened_is_open(router: Router) -> None:
    # Closed, not silent: the packet came through, and nobody listens there.
    assert router.provider.knock(WAN_ADDRESS, 7007, 20) is Port.CLOSED


def test_the_router_itself_asks_the_name_servers_of_the_lease(router: Router) -> None:
    servers = router.check("awk '$1 == \"nameserver\" { print $2 }' /etc/resolv.conf").split()
    assert servers == ["198.51.100.53", str(PROVIDER)]


def test_what_stands_on_a_lease_goes_with_it_and_comes_back(router: Router) -> None:
    offer, router.dhcp.offer = router.dhcp.offer, None
    try:
        # What stands on the lease is not up again: that is told, and no failure of the restart.
        assert "wan: down, its controller" in router.check("services restart wan.daemon")
        assert router.services()["wan"].state != "ready"
        assert router.run("ip route | grep ^default").text == ""
        assert str(PROVIDER) not in router.check("cat /etc/resolv.conf")
        # The lan does not notice.
        assert router.services()["dns"].state == "ready"
        router.wait_until_ready()
    finally:
        router.dhcp.offer = offer
    router.wait_for_state("default-route", "ready")
    assert f"via {PROVIDER}" in router.check("ip route | grep ^default")


def test_the_time_comes_from_the_server_that_was_named(router: Router) -> None:
    assert router.loop.until(lambda: bool(router.clock.asked), 60)
    assert set(router.clock.asked) <= {IPv4Address("198.51.100.123"), CLOCK}


def test_who_sets_the_time_may_do_that_and_little_else(router: Router) -> None:
    status = router.check("cat /proc/$(pidof chronyd)/status")
    found = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert found["Uid"].split() == ["52"] * 4
    # CAP_NET_BIND_SERVICE is 10, CAP_SYS_TIME 25 (capabilities(7)).
    assert int(found["CapEff"], 16) == int(found["CapPrm"], 16) == 1 << 10 | 1 << 25


def test_the_time_servers_name_is_asked_for_when_name_servers_come(router: Router) -> None:
    """Not at chronyd's own time: 7, 14, 28 s and so on after one that came to nothing."""
    offer, router.dhcp.offer = router.dhcp.offer, None
    try:
        router.run("services restart -t 1 wan.daemon")
        router.check("services restart -t 60 time")
        router.check("until pidof chronyd; do sleep 0.2; done; sleep 10")
        before = router.names.asked.count("clock.example.org")
        router.clock.asked.clear()
    finally:
        router.dhcp.offer = offer
    router.wait_for_state("default-route", "ready")
    assert router.loop.until(lambda: router.names.asked.count("clock.example.org") > before, 6)
    assert router.loop.until(lambda: CLOCK in router.clock.asked, 30)


@pytest.fixture
def tagged(router: Router) -> Iterator[None]:
    """The provider as a computer of the network with tag 7."""
    provider = router.provider
    before = provider.address, provider.vlan, provider.answers_for
    provider.address, provider.vlan = IPv4Interface("10.7.0.2/24"), 7
    yield
    provider.address, provider.vlan, provider.answers_for = before


@pytest.mark.usefixtures("tagged")
def test_a_tagged_network_has_an_interface_of_its_own(router: Router) -> None:
    assert router.provider.ping(IPv4Address("10.7.0.1"), 20)


def test_a_tagged_network_has_its_priorities(router: Router) -> None:
    said = router.check("cat /proc/net/vlan/guests")
    assert "EGRESS priority mappings: 0:3" in said
    assert "5:6" in said.partition("INGRESS priority mappings:")[2]


@pytest.mark.usefixtures("tagged")
def test_a_route_leads_through_it(router: Router) -> None:
    router.provider.answers_for = ()
    with router.provider.overhear() as heard:
        assert router.run(f"ping -c 1 -W 2 {OFFICE}").status == 1
        router.loop.idle(0.5)
    asked = [one for one in heard if one.packet.destination == OFFICE]
    assert asked
    assert isinstance(asked[0].message, Icmp)
