"""A bridge has an address of its own, whatever becomes of its ports (kind 3 of the faults that were seen).

Members: its first port is unplugged, it has no port at all, it is made anew, the next boot. An interface of a VLAN has
the address of what it is made of, and so is as steady; a card keeps the one it was built with.
"""

from __future__ import annotations

import hashlib
import struct
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

import pytest

from liminix_gen.qemu.machines import mac_address
from liminix_gen.qemu.wire.frames import MacAddress
from liminix_gen.qemu.wire.ip import checksum
from tests.support.peer.peer import Port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.router import Router


def address(router: Router, interface: str) -> str:
    return router.check(f"cat /sys/class/net/{interface}/address")


def link_local(router: Router) -> str:
    shown = router.check("ip -6 address show dev br-lan scope link")
    return shown.partition("inet6 ")[2].partition("/")[0]


def test_the_address_is_the_same_at_every_boot(router: Router) -> None:
    """It is a function of the board's first card and of the bridge's name alone."""
    hashed = hashlib.md5(f"{mac_address(0)} br-lan\n".encode(), usedforsecurity=False).digest()
    expected = bytes((hashed[0] & 0xFC | 2, *hashed[1:6]))
    assert address(router, "br-lan") == str(MacAddress(expected))


def test_the_address_outlives_the_ports_and_the_bridge(router: Router) -> None:
    before, local = address(router, "br-lan"), link_local(router)
    assert local.startswith("fe80:")
    router.check("services stop ports.port0")
    assert router.check("ls /sys/class/net/br-lan/brif") == ""
    assert address(router, "br-lan") == before
    router.check("services start ports")
    router.check("services restart primary.br-lan")
    router.wait_until_ready()
    assert address(router, "br-lan") == before
    router.check("until ip -6 address show dev br-lan | grep -q fe80:; do sleep 0.2; done")
    assert link_local(router) == local


GROUP = IPv4Address("239.1.2.3")
ALL_ROUTERS = IPv4Address("224.0.0.2")
IGMP = 2


def igmp(kind: int) -> bytes:
    """Return a message of IGMPv2 about the group (RFC 2236)."""
    body = bytes((kind, 0, 0, 0)) + GROUP.packed
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]


def group_mac(group: IPv4Address) -> MacAddress:
    return MacAddress(b"\x01\x00\x5e" + bytes((group.packed[1] & 0x7F, *group.packed[2:])))


@pytest.fixture
def snooping(router: Router) -> Iterator[None]:
    """Snooping as `igmp_snooping` has it: the peer does not answer for IPv6, and other tests need that."""
    settings = "/sys/class/net/br-lan/bridge/multicast_snooping /sys/class/net/br-lan/bridge/multicast_querier"
    assert router.check(f"cat {settings}").split() == ["0", "0"]
    router.check(f"for setting in {settings}; do echo 1 > $setting; done")
    yield
    router.check(f"for setting in {settings}; do echo 0 > $setting; done")


@pytest.mark.usefixtures("lease", "snooping")
def test_a_multicast_goes_only_where_it_was_asked_for(router: Router) -> None:
    lan = router.lan

    def comes(timeout_s: float) -> bool:
        with lan.tap() as frames:
            router.run(f"ping -c 2 -W 1 -I br-lan {GROUP}")
            return lan.loop.until(
                lambda: any(GROUP.packed in frame[:40] for frame in frames), timeout_s
            )

    # A bridge that was made just now sends everything everywhere for some seconds.
    router.wait_until_ready()
    lan.loop.idle(12)
    assert not comes(3)
    lan.transmit(group_mac(GROUP), lan.own_address(), GROUP, IGMP, igmp(0x16))
    assert comes(10)
    lan.transmit(group_mac(ALL_ROUTERS), lan.own_address(), ALL_ROUTERS, IGMP, igmp(0x17))
    lan.loop.idle(5)
    assert not comes(3)


@pytest.fixture
def thing(router: Router) -> Iterator[None]:
    """The peer on the LAN's cable as a computer of VLAN 30."""
    lan = router.lan
    before = lan.address, lan.vlan
    lan.address, lan.vlan = IPv4Interface("10.30.0.2/24"), 30
    yield
    lan.address, lan.vlan = before


THINGS = IPv4Address("10.30.0.1")


@pytest.mark.usefixtures("thing")
def test_a_vlan_of_the_bridge_is_an_interface_of_its_own(router: Router) -> None:
    assert router.lan.ping(THINGS, 20)
    # Its zone says what it may: DNS, and no ssh.
    assert router.lan.knock(THINGS, 53, 20) is not Port.OPEN
    assert router.lan.knock(THINGS, 22, 3) is Port.SILENT


@pytest.mark.usefixtures("thing")
def test_a_vlan_that_the_port_is_not_in_is_dropped(router: Router) -> None:
    router.lan.vlan = 31
    assert not router.lan.ping(THINGS, 2)
    router.lan.vlan = 30
    assert router.lan.ping(THINGS, 20)


def test_a_port_that_comes_again_is_in_its_vlans(router: Router) -> None:
    router.check("services restart ports.port0")
    router.wait_until_ready()
    before = router.lan.address, router.lan.vlan
    router.lan.address, router.lan.vlan = IPv4Interface("10.30.0.2/24"), 30
    try:
        assert router.lan.ping(THINGS, 20)
    finally:
        router.lan.address, router.lan.vlan = before
