"""What is restarted ten times leaves nothing behind: interfaces, addresses, routes, rules, files, processes.

Those of a line are in tests/line.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from liminix_gen.qemu.machines import mac_address

if TYPE_CHECKING:
    from tests.support.router import Router

# As router.py has it.
WAN_MAC = "02:00:00:00:00:05"
LOOK = (
    "ls /run /run/services/outputs; "
    "for name in /sys/class/net/*; do echo $name $(cat $name/address); done; "
    "ip -o address | cut -d' ' -f2- | sort; ip -4 route | sort; nft list tables | sort; "
    "ls /sys/class/net/br-lan/brif /proc/net/vlan; "
    "for name in udhcpc dnsmasq interface-wait secret-file; do echo $name $(pidof $name | wc -w); "
    "done"
)


def wait_until_all_is(router: Router, before: str) -> None:
    """Wait until it looks as before: what follows something else may be on its way."""
    deadline = time.monotonic() + 60
    while (now := router.check(LOOK)) != before and time.monotonic() < deadline:
        router.loop.idle(1)
    assert now == before


@pytest.fixture
def ready(router: Router) -> Router:
    router.wait_until_ready()
    for name in ("default-route", "followed", "either"):
        router.wait_for_state(name, "ready")
    return router


@pytest.mark.parametrize(
    "name",
    [
        "wan.daemon",  # network.dhcp.client
        "vlan.guests",
        "ports",
        "primary.br-lan",
        "firewall",
        "follower-of-wan",  # ifwait
        "either.control",  # round_robin
        "file.helper-hash",  # secret.file
    ],
)
def test_ten_restarts_leave_nothing_behind(ready: Router, name: str) -> None:
    before = ready.check(LOOK)
    ready.check(f"for i in 1 2 3 4 5 6 7 8 9 10; do services restart -t 100 {name} || :; done", 600)
    ready.wait_until_ready()
    for followed in ("default-route", "followed", "either"):
        ready.wait_for_state(followed, "ready")
    wait_until_all_is(ready, before)


def test_a_port_gets_its_mac_address_back(ready: Router, device: str) -> None:
    wan = "eth1" if device == "x86-64" else "wan"
    shown = f"cat /sys/class/net/{wan}/address"
    before = ready.check(LOOK)
    assert ready.check(shown) == WAN_MAC
    ready.check(
        f"for i in 1 2 3 4 5 6 7 8 9 10; do services restart -t 100 link.{wan} || :; done", 900
    )
    assert ready.check(shown) == WAN_MAC
    ready.check(f"services stop -t 100 link.{wan}")
    assert ready.check(shown) == str(mac_address(1))
    assert ready.run(f"ls /run/link.{wan}.*").status != 0
    ready.check(f"services start -t 100 link.{wan}")
    ready.wait_until_ready()
    ready.wait_for_state("default-route", "ready")
    wait_until_all_is(ready, before)
