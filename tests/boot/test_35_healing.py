"""What failed, or waits, heals by itself when its cause has gone (kind 1 of the faults that were seen).

Members: a lease that lacks what stands on it, and its next answer, be that a NAK and a new lease, a renewal that adds
it, or one that takes it away. Further ones are cheaper without a board and are in tests/runtime/test_failure.py:
an output that comes, changes and goes while its reader is up; a dependency that crashes, restarts, is started, is
wanted anew by its controller; a cause in no graph, such as a disk that comes late.
"""

from __future__ import annotations

from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.support.router import PROVIDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.peer.dhcp_server import Offer
    from tests.support.router import Router

OTHER_ADDRESS = IPv4Interface("203.0.113.11/24")


@pytest.fixture
def full(router: Router) -> Iterator[Offer]:
    """The provider's usual offer; it is what the router has again afterwards."""
    usual = router.dhcp.offer
    assert usual is not None
    router.wait_for_state("default-route", "ready")
    yield usual
    router.dhcp.offer = usual
    renew(router)
    router.wait_for_state("default-route", "ready")


def renew(router: Router) -> None:
    """Let the client ask for its lease again (SIGUSR1, udhcpc of busybox)."""
    router.check(f"kill -USR1 {router.pid('wan.daemon')}")


def wait_for_address(router: Router, address: IPv4Interface) -> None:
    outputs = "/run/services/outputs"
    router.check(f"until grep -qx {address.ip} {outputs}/wan/ip; do sleep 0.3; done")


def lease_without_router(router: Router, offer: Offer) -> None:
    router.dhcp.offer = attrs.evolve(offer, router=None)
    router.run("services restart wan.daemon")  # it says that what needs the route is not up
    waits_for_a_router(router)


def waits_for_a_router(router: Router) -> None:
    waits = '"name": "default-route", .*"waiting", .*"output router of wan'
    router.check(f"until services --json | grep -q '{waits}'; do sleep 0.5; done")
    assert router.services()["wan"].state == "ready"
    assert router.run("ip route | grep ^default").text == ""


def has_its_route(router: Router) -> None:
    router.wait_for_state("default-route", "ready")
    assert f"via {PROVIDER}" in router.check("ip route | grep ^default")
    assert "default-route failed" not in router.check("cat /run/log/current")


def test_a_new_lease_brings_what_the_first_one_lacked(router: Router, full: Offer) -> None:
    lease_without_router(router, full)
    # Far longer than its tries took: it was given up after 8 s.
    router.check("sleep 10")
    waits_for_a_router(router)
    router.dhcp.offer = attrs.evolve(full, address=OTHER_ADDRESS)
    renew(router)  # is refused: the address is another
    wait_for_address(router, OTHER_ADDRESS)
    has_its_route(router)


def test_a_renewal_brings_and_takes_it(router: Router, full: Offer) -> None:
    lease_without_router(router, full)
    router.dhcp.offer = full
    renew(router)
    has_its_route(router)
    router.dhcp.offer = attrs.evolve(full, router=None)
    renew(router)
    waits_for_a_router(router)
    assert router.services()["dns"].state == "ready"
