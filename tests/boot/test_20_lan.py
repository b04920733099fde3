"""What the router does for its lan: addresses, names, ssh."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, ip_address
from typing import TYPE_CHECKING

import pytest

from liminix_gen.qemu.wire.frames import MacAddress
from tests.support.peer import dhcp_client, dns
from tests.support.peer.peer import Port
from tests.support.reaching import LAN_ADDRESS
from tests.support.router import LAN_PEER, TIMEOUT_S, WEB_SERVER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.peer.dhcp import Lease
    from tests.support.router import Router

LAN6 = IPv6Address("2001:2:0:1::1")
PRINTER = MacAddress.parse("52:54:00:00:01:05")


def test_a_reserved_address_goes_to_its_host(router: Router) -> None:
    # Before the fixture `lease`: the peer has one address at a time.
    router.lan.mac = PRINTER
    try:
        # QEMU's network on the same segment offers leases too.
        lease = dhcp_client.acquire(router.lan, server=LAN_ADDRESS, timeout_s=TIMEOUT_S)
    finally:
        router.lan.mac = LAN_PEER
    assert lease.address == IPv4Interface("192.168.19.5/24")


def test_a_computer_gets_an_address_of_the_range(lease: Lease) -> None:
    assert ip_address("192.168.19.100") <= lease.address.ip <= ip_address("192.168.19.150")
    assert lease.address.network.prefixlen == 24
    assert (lease.router, lease.dns, lease.domain) == (LAN_ADDRESS, (LAN_ADDRESS,), "lan")
    assert lease.seconds == 7200


def test_names_of_the_lan_are_answered(router: Router, lease: Lease) -> None:
    answer = router.lan.look_up("printer.lan", LAN_ADDRESS)
    assert answer.addresses == (IPv4Address("192.168.19.5"),)
    visitor = router.lan.look_up("visitor.lan", LAN_ADDRESS)
    assert visitor.addresses == (lease.address.ip,)
    assert router.lan.look_up("nobody.lan", LAN_ADDRESS).code == dns.NAME_ERROR
    # The lan's own names are nobody else's business.
    assert not [name for name in router.names.asked if name.endswith("lan")]


@pytest.mark.usefixtures("lease")
def test_names_of_the_world_come_from_the_providers_server(router: Router) -> None:
    router.wait_for_state("wan", "ready")
    # The daemon may not have read the provider's servers yet.
    answers = (router.lan.look_up("www.example.org", LAN_ADDRESS) for _ in range(20))
    assert next(one for one in answers if one.code == dns.NO_ERROR).addresses == (WEB_SERVER,)
    assert "www.example.org" in router.names.asked


@pytest.mark.usefixtures("lease")
def test_names_of_ones_own_are_answered_and_blocked_ones_do_not_exist(router: Router) -> None:
    printer = (IPv4Address("192.168.19.5"),)
    assert router.lan.look_up("cloud.example.net", LAN_ADDRESS).addresses == printer
    assert router.lan.look_up("scanner.lan", LAN_ADDRESS).addresses == printer
    for name in ("ads.example.org", "eu.ads.example.org"):
        assert router.lan.look_up(name, LAN_ADDRESS).code == dns.NAME_ERROR
    assert not {"cloud.example.net", "ads.example.org"} & set(router.names.asked)


def question(name: str, kind: int) -> bytes:
    """Return a DNS question for records of a kind (RFC 1035 section 3.2.2)."""
    encoded = dns.Query(identifier=7, name=name).encode()
    return encoded[:-4] + struct.pack("!HH", kind, 1)


@pytest.mark.usefixtures("lease")
def test_the_router_owns_its_name(router: Router) -> None:
    for name in ("router.lan", "router"):
        assert router.lan.look_up(name, LAN_ADDRESS).addresses == (LAN_ADDRESS,)
        answer = router.lan.ask(LAN_ADDRESS, dns.PORT, question(name, 28))
        assert answer is not None
        assert answer[-16:] == LAN6.packed
    for address in (LAN_ADDRESS, LAN6):
        answer = router.lan.ask(LAN_ADDRESS, dns.PORT, question(address.reverse_pointer, 12))
        assert answer is not None
        assert b"\6router\3lan\0" in answer


@pytest.mark.usefixtures("lease")
def test_a_client_takes_no_name_that_is_anothers_or_nobodys(router: Router) -> None:
    """By itself, or with a domain that is cut off."""
    before = router.lan.mac, router.lan.address
    router.lan.mac = MacAddress.parse("52:54:00:00:01:07")
    try:
        for name in ("wpad", "isatap.example.org", "router.lan", "Router", "honest"):
            dhcp_client.acquire(router.lan, server=LAN_ADDRESS, host_name=name, timeout_s=TIMEOUT_S)
        given = router.lan.own_address()
    finally:
        router.lan.mac, router.lan.address = before
    found = {
        name: router.lan.look_up(f"{name}.lan", LAN_ADDRESS).addresses
        for name in ("wpad", "isatap", "router", "honest")
    }
    assert found == {"wpad": (), "isatap": (), "router": (LAN_ADDRESS,), "honest": (given,)}


@pytest.mark.usefixtures("lease")
def test_public_names_do_not_lead_inside_unless_allowed(router: Router) -> None:
    router.wait_for_state("wan", "ready")
    answers = (router.lan.look_up("inside.example.net", LAN_ADDRESS) for _ in range(20))
    allowed = next(one for one in answers if one.code == dns.NO_ERROR)
    assert allowed.addresses == (LAN_ADDRESS,)
    assert router.lan.look_up("inside.example.org", LAN_ADDRESS).addresses == ()
    # That of no domain, and who has a private address, is not asked of the provider.
    assert router.lan.look_up("inside", LAN_ADDRESS).addresses == ()
    router.lan.ask(LAN_ADDRESS, dns.PORT, question("9.9.9.10.in-addr.arpa", 12))
    assert not {"inside", "9.9.9.10.in-addr.arpa"} & set(router.names.asked)


@pytest.mark.usefixtures("lease")
def test_the_router_answers_pings_and_ssh(router: Router) -> None:
    assert router.lan.ping(LAN_ADDRESS, 20)
    assert router.lan.knock(LAN_ADDRESS, 22, 20) is Port.OPEN


def test_ssh_lets_the_key_in(router: Router, key: Path) -> None:
    done = router.ssh("uname", "-n", key=key)
    assert (done.returncode, done.stdout) == (0, "router\n"), done.stderr
    services = router.ssh("services", key=key)
    assert "dns" in services.stdout, services.stderr


def test_ssh_refuses_everybody_else(router: Router) -> None:
    done = router.ssh("true", key=None)
    assert done.returncode == 255
    assert "Permission denied" in done.stderr
    assert "password" not in done.stderr  # the methods that the router offers


def test_the_bridge_has_its_port(router: Router, device: str) -> None:
    lan = "eth0" if device == "x86-64" else "lan"
    assert router.check("ls /sys/class/net/br-lan/brif") == lan
