"""A bridge has an address of its own, whatever becomes of its ports (kind 3 of the faults that were seen).

Members: its first port is unplugged, it has no port at all, it is made anew, the next boot. An interface of a VLAN has
the address of what it is made of, and so is as steady; a card keeps the one it was built with.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from liminix_gen.qemu.machines import mac_address
from liminix_gen.qemu.wire.frames import MacAddress

if TYPE_CHECKING:
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
