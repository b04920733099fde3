"""What is restarted ten times leaves nothing behind: interfaces, addresses, routes, rules, files, processes.

Those of a line are in tests/line.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

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


def restart_ten_times(router: Router, *names: str) -> None:
    """Restart services at once, and each time wait for what a lease, a link or another one starts."""
    for _ in range(10):
        # It waits for those that such a one starts, too, and need not have the time.
        router.run(f"services restart -t 20 {' '.join(names)}", 60)
        router.wait_until_ready()
        for name in ("default-route", "followed", "either"):
            router.wait_for_state(name, "ready")


def test_ten_restarts_leave_nothing_behind(router: Router) -> None:
    router.wait_until_ready()
    before = router.check(LOOK)
    restart_ten_times(
        router,
        "wan.daemon",  # network.dhcp.client
        "follower-of-wan",  # ifwait
        "either.control",  # round_robin
        "file.helper-hash",  # secret.file
        "firewall",
    )
    wait_until_all_is(router, before)


def test_interfaces_leave_nothing_behind(router: Router, device: str) -> None:
    wan = "eth1" if device == "x86-64" else "wan"
    address = f"cat /sys/class/net/{wan}/address"
    before = router.check(LOOK)
    assert router.check(address) == WAN_MAC
    restart_ten_times(router, f"link.{wan}", "vlan.guests", "ports", "primary.br-lan")
    wait_until_all_is(router, before)
    router.check(f"services stop -t 100 link.{wan}")
    assert router.check(address) == str(mac_address(1))
    assert router.run(f"ls /run/link.{wan}.*").status != 0
    router.check(f"services start -t 100 link.{wan}")
    router.wait_until_ready()
    wait_until_all_is(router, before)
