"""A lease in time: renewed, refused, lost and found again, with the cable pulled and put elsewhere.

Of these kinds (a server's answer is taken for good; a change outside of the service graph reaches nobody): a first lease
that lacks something, a renewal with other values or with impossible ones, a refusal in each state, another server with
and without the old one, silence until the lease is over and long after; no carrier at the start, a cable that comes
back to the same network, to another one, to one where nobody answers, and one that flaps.
"""

from __future__ import annotations

import time
from ipaddress import IPv4Address, IPv4Interface

import attrs
import pytest

from tests.runtime.wan import GOOD, PROVIDER, WEB_SERVER, Wan
from tests.support.peer import dhcp
from tests.support.peer.dhcp_server import Offer

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("at_the_end_all_is_well")]
# An hour is over in 12 seconds.
TIMES_FASTER = 300
SHORT = attrs.evolve(GOOD, seconds=600)
ELSEWHERE = Offer(
    address=IPv4Interface("192.0.2.10/24"), router=IPv4Address("192.0.2.1"), seconds=36000
)
ELSEWHERE_SERVER = IPv4Interface("192.0.2.1/24")


def begin(wan: Wan, offer: Offer = GOOD, **fields: object) -> None:
    """A lease of that offer, from the beginning."""
    wan.server.offer = attrs.evolve(offer, **fields)
    wan.ask_again()
    wan.until(lambda: wan.state("wan") == "ready", "a lease")


def says(wan: Wan, text: str, *names: str) -> None:
    for name in names or ("wan", "default-route"):
        wan.until(lambda name=name: text in wan.note(name), f"{name} says {text!r}")


def gone(wan: Wan) -> None:
    wan.until(lambda: wan.addresses() == [] and wan.default_route() == "", "the lease goes")


def starts(wan: Wan, name: str) -> int:
    """How many times a service has become ready."""
    return wan.router.count(rf"services: {name} ready")


def test_a_modem_whose_first_lease_has_no_router(wan: Wan) -> None:
    begin(wan, seconds=240, options={dhcp.ROUTER: None})
    says(wan, "names no router")
    says(wan, "output router of wan", "default-route")
    # Its own network goes, with a refusal and a full lease.
    wan.server.offer = attrs.evolve(GOOD, address=IPv4Interface("203.0.113.77/24"))
    wan.until(wan.works, "the full lease is used")
    assert wan.addresses() == ["203.0.113.77/24"]
    assert wan.note("wan") == ""


def test_a_renewal_brings_the_router(wan: Wan) -> None:
    begin(wan, seconds=240, options={dhcp.ROUTER: None})
    says(wan, "names no router")
    wan.server.offer = GOOD
    wan.until(wan.works, "a default route")
    assert wan.reaches(WEB_SERVER)


def test_a_renewal_takes_the_router_away_and_the_next_brings_it(wan: Wan) -> None:
    begin(wan, SHORT)
    wan.server.offer = attrs.evolve(SHORT, seconds=240, options={dhcp.ROUTER: None})
    says(wan, "names no router")
    wan.until(lambda: wan.default_route() == "", "the default route goes")
    wan.server.offer = GOOD
    wan.until(wan.works, "a default route")


def test_a_renewal_moves_the_router(wan: Wan) -> None:
    begin(wan, SHORT)
    wan.server.offer = attrs.evolve(SHORT, router=IPv4Address("203.0.113.2"))
    wan.until(lambda: wan.works("203.0.113.2"), "the other router")
    assert [route for route in wan.routes() if f"via {PROVIDER}" in route] == []


@pytest.mark.parametrize("mask", ["203.0.113.10/25", "203.0.113.10/32"])
def test_a_renewal_changes_the_mask(wan: Wan, mask: str) -> None:
    begin(wan, SHORT)
    wan.server.offer = attrs.evolve(SHORT, address=IPv4Interface(mask))
    wan.until(lambda: wan.addresses() == [mask] and wan.works(), "the other mask alone")


def test_an_equal_renewal_changes_nothing(wan: Wan) -> None:
    begin(wan, SHORT)
    wan.until(wan.works, "a default route")
    before, asked = starts(wan, "default-route"), wan.server.count(dhcp.REQUEST_ADDRESS)
    wan.until(lambda: wan.server.count(dhcp.REQUEST_ADDRESS) >= asked + 3, "three renewals")
    assert starts(wan, "default-route") == before


def test_the_lan_takes_a_network_that_the_wan_has_a_lease_in(wan: Wan) -> None:
    begin(wan, SHORT)
    wan.until(wan.works, "a default route")
    wan.run("busybox ip address add 203.0.113.99/24 dev lan")
    try:
        says(wan, "that is in the network of lan (203.0.113.99/24)")
        gone(wan)
    finally:
        wan.run("busybox ip address del 203.0.113.99/24 dev lan")
    wan.until(wan.works, "the same answer is good again")


def test_a_refused_renewal(wan: Wan) -> None:
    begin(wan, SHORT)
    wan.server.refuses = True
    says(wan, f"{PROVIDER} refused the request")
    gone(wan)
    wan.server.refuses = False
    wan.until(wan.works, "a lease again")


def test_a_refusal_while_any_server_is_asked(wan: Wan) -> None:
    # The server is silent until the client asks everybody.
    begin(wan, SHORT)
    wan.server.deaf_to = frozenset((dhcp.REQUEST_ADDRESS, dhcp.DISCOVER))
    asked = wan.server.count(dhcp.REQUEST_ADDRESS)
    wan.until(lambda: wan.server.count(dhcp.REQUEST_ADDRESS) > asked + 3, "it asks")
    wan.server.refuses, wan.server.deaf_to = True, frozenset((dhcp.DISCOVER,))
    says(wan, "refused the request")
    wan.set_right()
    wan.until(wan.works, "a lease again")


def test_another_server_that_refuses_has_no_say(wan: Wan) -> None:
    begin(wan, SHORT)
    wan.until(wan.works, "a default route")
    # A renewal is refused in the name of another.
    wan.server.offer = attrs.evolve(
        SHORT, options={dhcp.SERVER_IDENTIFIER: IPv4Address("203.0.113.66").packed}
    )
    wan.server.refuses = True
    asked = wan.server.count(dhcp.REQUEST_ADDRESS)
    wan.until(lambda: wan.server.count(dhcp.REQUEST_ADDRESS) > asked, "it asks")
    assert wan.works()
    wan.set_right()
    wan.until(wan.works, "a default route")


def test_another_server_comes_when_the_first_is_gone(wan: Wan) -> None:
    begin(wan, SHORT)
    wan.provider.address, wan.server.offer = ELSEWHERE_SERVER, ELSEWHERE
    wan.until(lambda: wan.works("192.0.2.1"), "the other's lease")
    assert wan.addresses() == ["192.0.2.10/24"]


def test_the_provider_is_away_for_an_hour(wan: Wan) -> None:
    begin(wan, SHORT)
    wan.until(wan.works, "a default route")
    wan.server.offer = None
    says(wan, "no DHCP server answers")
    gone(wan)
    before = time.monotonic()
    asked = len(wan.server.messages)
    wan.loop.idle(3600 / TIMES_FASTER)
    assert time.monotonic() - before >= 3600 / TIMES_FASTER
    # It never gives up: four times, a pause of 15 s, and so on.
    assert len(wan.server.messages) - asked > 100
    assert wan.state("wan") == "down"
    wan.server.offer = GOOD
    wan.until(wan.works, "a lease again")
    assert wan.reaches(WEB_SERVER)


# --- the cable ------------------------------------------------------------------------------------


def unplug(wan: Wan) -> None:
    wan.cable.plug(False)
    says(wan, "wan has no carrier")
    wan.until((wan.router.run / "outputs/wan.daemon/unplugged").exists, "it was seen")


def test_a_cable_that_comes_back_to_the_same_network(wan: Wan) -> None:
    begin(wan, seconds=36000)
    wan.until(wan.works, "a default route")
    unplug(wan)
    # The lease is kept, and nothing that stands on it restarts.
    assert wan.state("wan") == "ready"
    before, asked = starts(wan, "default-route"), wan.server.count(dhcp.REQUEST_ADDRESS)
    wan.cable.plug(True)
    wan.until(lambda: wan.server.count(dhcp.REQUEST_ADDRESS) > asked, "it asks")
    wan.loop.idle(1)
    assert wan.works()
    assert starts(wan, "default-route") == before
    assert wan.note("wan") == ""


def test_a_cable_that_is_moved_to_another_network(wan: Wan) -> None:
    begin(wan, seconds=36000)
    unplug(wan)
    wan.provider.address, wan.server.offer = ELSEWHERE_SERVER, ELSEWHERE
    wan.cable.plug(True)
    wan.until(lambda: wan.works("192.0.2.1"), "the other network's lease")
    assert wan.addresses() == ["192.0.2.10/24"]
    assert [route for route in wan.routes() if "203.0.113." in route] == []


def test_a_cable_that_is_moved_while_the_last_move_is_still_dealt_with(wan: Wan) -> None:
    begin(wan, seconds=36000)
    unplug(wan)
    wan.cable.plug(True)
    asked = wan.server.count(dhcp.REQUEST_ADDRESS)
    wan.until(lambda: wan.server.count(dhcp.REQUEST_ADDRESS) > asked, "it asks")
    wan.cable.plug(False)
    wan.provider.address, wan.server.offer = ELSEWHERE_SERVER, ELSEWHERE
    wan.cable.plug(True)
    wan.until(lambda: wan.works("192.0.2.1"), "the other network's lease")


def test_a_cable_that_is_moved_to_where_its_lease_is_refused(wan: Wan) -> None:
    begin(wan, seconds=36000)
    unplug(wan)
    wan.provider.address, wan.server.offer = ELSEWHERE_SERVER, ELSEWHERE
    wan.server.deaf_to = frozenset((dhcp.DISCOVER,))
    wan.cable.plug(True)
    wan.until(lambda: wan.addresses() == [], "the old address is gone")
    wan.server.deaf_to = frozenset()
    wan.until(lambda: wan.works("192.0.2.1"), "the other network's lease")


def test_a_cable_that_leads_nowhere(wan: Wan) -> None:
    begin(wan, seconds=36000)
    unplug(wan)
    wan.server.offer = None
    wan.cable.plug(True)
    says(wan, "no DHCP server answers")
    gone(wan)
    wan.server.offer = GOOD
    wan.until(wan.works, "a lease again")


def test_a_lease_ends_in_its_time_without_a_cable(wan: Wan) -> None:
    begin(wan, SHORT)
    unplug(wan)
    wan.until(lambda: wan.addresses() == [], "the lease is over")
    says(wan, "wan has no carrier")
    wan.cable.plug(True)
    wan.until(wan.works, "a lease again")


def test_no_cable_at_the_start(wan: Wan) -> None:
    wan.cable.plug(False)
    with wan.router.spawn("restart", "-t", "1", "wan.link") as order:
        wan.loop.until(lambda: order.poll() is not None, 10)
    says(wan, "wan has no carrier")
    assert wan.state("wan") == "down"
    wan.cable.plug(True)
    wan.until(wan.works, "a lease")


def test_a_cable_that_flaps(wan: Wan) -> None:
    begin(wan, seconds=36000)
    for _ in range(10):
        wan.cable.plug(False)
        wan.loop.idle(0.1)
        wan.cable.plug(True)
        wan.loop.idle(0.1)
    wan.until(lambda: wan.works() and wan.note("wan") == "", "all as before")


def test_what_a_provider_demands_is_sent_and_what_it_sends_besides_is_published(wan: Wan) -> None:
    wan.server.messages.clear()
    begin(wan, options={43: bytes.fromhex("0104c0a80001"), 66: b"boot.example.org"})
    for message in wan.server.messages:
        assert message.options[61] == bytes.fromhex("01525400000002")
        assert message.options[60] == b"of a test"
        assert message.options[12] == b"of-a-test"
        assert {43, 66} <= set(message.options[55] or b"")
    kinds = {message.kind for message in wan.server.messages}
    assert dhcp.REQUEST_ADDRESS in kinds
    options = wan.router.run / "outputs" / "wan" / "options"
    wan.until(options.exists, "the options are published")
    assert options.read_text() == "43 0104c0a80001\n66 boot.example.org\n"
