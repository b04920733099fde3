"""What the booted gateway makes of a DHCP server's answers, and of a cable that is moved.

A few of the rows of tests/runtime/test_dhcp_answers.py and test_dhcp_life.py, with the kernel and the busybox of the
board, behind the firewall, with all that stands on a lease.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING, NamedTuple

import attrs
import pytest

from tests.support.peer import dhcp
from tests.support.peer.dhcp import packed, routes
from tests.support.peer.dhcp_server import Offer
from tests.support.router import PROVIDER, TIMEOUT_S, WAN_ADDRESS, WEB_SERVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.router import Router

pytestmark = pytest.mark.usefixtures("lease", "provider_as_before")
ELSEWHERE = IPv4Address("192.0.2.1")
GOOD = Offer(
    address=IPv4Interface(f"{WAN_ADDRESS}/24"),
    router=PROVIDER,
    dns=(PROVIDER,),
    domain="provider.example",
)


class Row(NamedTuple):
    name: str
    offer: Offer
    problem: str = ""  # what `services` says of `wan` and of what waits for it
    shows: str = ""  # what the routing table has besides the default route


def answer(options: dict[int, bytes | None] | None = None, **fields: object) -> Offer:
    return attrs.evolve(GOOD, options=options or {}, **fields)


ROWS = (
    Row(
        "one address and hostile names",
        answer(
            {dhcp.DOMAIN: b"$(reboot)\n\x1b[2J", dhcp.HOST_NAME: b"`reboot`", dhcp.MTU: b"\0\1"},
            address=IPv4Interface(f"{WAN_ADDRESS}/32"),
        ),
    ),
    Row("a router outside of the network", answer(address=IPv4Interface("192.0.2.10/24"))),
    Row(
        "routes with targets alone",
        answer(
            {
                dhcp.ROUTER: None,
                dhcp.ROUTES: routes(
                    ("10.64.0.0/10", "203.0.113.2"),
                    ("192.168.19.0/25", str(PROVIDER)),
                    ("0.0.0.0/0", str(PROVIDER)),
                ),
            }
        ),
        shows="10.64.0.0/10 via 203.0.113.2 dev",
    ),
    Row(
        "no mask, and routers that are not valid",
        answer(
            {
                dhcp.SUBNET_MASK: None,
                dhcp.ROUTER: packed(
                    IPv4Address(text) for text in ("127.0.0.1", "192.168.19.1", str(PROVIDER))
                ),
            }
        ),
    ),
    Row(
        "the LAN's own address",
        answer(address=IPv4Interface("192.168.19.1/24")),
        problem=r"refused the address 192.168.19.1/24 .*: that is in the network of br-lan",
    ),
    Row(
        "no host's address",
        answer(address=IPv4Interface("127.0.0.1/8")),
        problem="refused the address 127.0.0.1/8",
    ),
    Row(
        "no router", answer({dhcp.ROUTER: None}, seconds=20), problem="203.0.113.1 names no router"
    ),
)


@pytest.fixture
def provider_as_before(router: Router) -> Iterator[None]:
    address = router.provider.address
    yield
    router.provider.address, router.dhcp.offer = address, GOOD
    router.wait_for_state("default-route", "ready")


def wait_for_note(router: Router, name: str, pattern: str) -> None:
    named = re.compile(pattern)
    assert router.loop.until(lambda: bool(named.search(router.services()[name].note)), TIMEOUT_S), (
        f"{name}: {router.services()[name]} and not {pattern}"
    )


def wait_for_route(router: Router, via: IPv4Address) -> None:
    way = f"ip route | grep -q '^default via {via} '"
    router.check(f'timeout {TIMEOUT_S:.0f} sh -c "until {way}; do sleep 0.3; done"', TIMEOUT_S + 10)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_answer(router: Router, row: Row) -> None:
    router.dhcp.offer = row.offer
    router.run("services restart -t 1 wan.daemon")
    if row.problem:
        wait_for_note(router, "wan", row.problem)
        wait_for_note(router, "default-route", row.problem)
        assert router.run("ip route | grep ^default").text == ""
        # Without a hand on the router.
        router.dhcp.offer = GOOD
    wait_for_route(router, PROVIDER)
    router.wait_for_state("default-route", "ready")
    table = router.check("ip route")
    assert row.shows in table
    assert "192.168.19.0/24 dev br-lan" in table
    assert router.check("hostname") == "router"
    assert set(router.check("cat /etc/resolv.conf").split("\n")) <= {
        "search provider.example",
        "nameserver 198.51.100.53",
        f"nameserver {PROVIDER}",
    }
    assert router.services()["wan"].note == ""
    assert router.lan.ping(WEB_SERVER, 30)


def test_a_cable_is_moved(router: Router) -> None:
    before = router.services()["default-route"].since_s
    router.set_wan_cable(plugged=False)
    wait_for_note(router, "wan", r"^\w+ has no carrier$")
    wait_for_note(router, "default-route", r"^\w+ has no carrier$")
    # Back where it was: it asks, and nothing restarts.
    asked = router.dhcp.count(dhcp.REQUEST_ADDRESS)
    router.set_wan_cable(plugged=True)
    assert router.loop.until(lambda: router.dhcp.count(dhcp.REQUEST_ADDRESS) > asked, TIMEOUT_S)
    wait_for_note(router, "wan", "^$")
    assert router.services()["default-route"].since_s > before

    router.set_wan_cable(plugged=False)
    wait_for_note(router, "wan", "has no carrier")
    router.provider.address = IPv4Interface(f"{ELSEWHERE}/24")
    router.dhcp.offer = Offer(
        address=IPv4Interface("192.0.2.10/24"), router=ELSEWHERE, dns=(ELSEWHERE,)
    )
    router.set_wan_cable(plugged=True)
    wait_for_route(router, ELSEWHERE)
    router.wait_for_state("default-route", "ready")
    assert str(WAN_ADDRESS) not in router.check("ip address")
    assert "203.0.113." not in router.check("ip route")
    assert router.lan.ping(WEB_SERVER, 30)
    assert f"nameserver {ELSEWHERE}" in router.check("cat /etc/resolv.conf")
    # And back, where the lease of the other network is refused.
    router.set_wan_cable(plugged=False)
    wait_for_note(router, "wan", "has no carrier")
    router.provider.address, router.dhcp.offer = IPv4Interface(f"{PROVIDER}/24"), GOOD
    router.set_wan_cable(plugged=True)
    wait_for_route(router, PROVIDER)
