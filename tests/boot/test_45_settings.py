"""What the configuration says of the kernel's settings holds, whatever others write (kind 4 of the faults seen).

Members: an interface that its service renames and gives defaults (wan); one that a service makes, and makes anew
(guests); a setting of a kernel module, which comes and goes with it (nf_conntrack_max; the file before this one stops
the loader and starts it); one that another service changes for all interfaces at once (forwarding, while `forward`
starts and stops), and one that the kernel changes with it (accept_redirects). What can never be set fails with its reason: tests/runtime/test_settings.py. Settings with two
owners in one configuration are in tests/unit/test_claims.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.router import Router


def value(router: Router, path: str) -> str:
    return router.check(f"cat /proc/sys/{path}")


@pytest.fixture
def wan(device: str) -> str:
    """The name of the wan port."""
    return "eth1" if device == "x86-64" else "wan"


def assert_as_configured(router: Router, wan: str) -> None:
    assert value(router, "net/netfilter/nf_conntrack_max") == "4096"
    assert value(router, f"net/ipv6/conf/{wan}/accept_ra") == "2"
    assert value(router, "net/ipv6/conf/guests/accept_ra") == "2"
    assert value(router, "net/ipv4/conf/guests/forwarding") == "0"
    # Of those that the configuration says nothing of, the services' own values.
    assert value(router, "net/ipv6/conf/br-lan/accept_ra") == "0"
    assert value(router, f"net/ipv4/conf/{wan}/forwarding") == "1"


def test_the_configurations_settings_win(router: Router, wan: str) -> None:
    router.wait_until_ready()
    assert_as_configured(router, wan)
    assert router.services()["sysctl"].state == "ready"
    assert "sysctl failed" not in router.check("cat /run/log/*")


def test_they_are_there_again_when_it_is_made_anew(router: Router, wan: str) -> None:
    router.check("services restart vlan.guests forward")
    router.wait_until_ready()
    assert_as_configured(router, wan)


def test_they_outlive_who_writes_for_all(router: Router, wan: str) -> None:
    router.check("services stop forward")
    assert value(router, f"net/ipv4/conf/{wan}/forwarding") == "0"
    assert value(router, "net/ipv4/conf/all/accept_redirects") == "0"
    assert value(router, "net/ipv6/conf/guests/accept_ra") == "2"
    router.check("services start forward")
    assert_as_configured(router, wan)
