"""Services that another one starts and stops, or stands in for: ifwait, round_robin, health_check.

Their scripts, with more of what may happen, are in tests/runtime; failover is in tests/line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.router import Router


def test_a_service_follows_a_cable(router: Router) -> None:
    router.wait_for_state("followed", "ready", 30)
    router.set_wan_cable(plugged=False)
    router.wait_for_state("followed", "down", 30)
    assert router.services()["follower-of-wan"].state == "ready"
    router.set_wan_cable(plugged=True)
    router.wait_for_state("followed", "ready", 30)
    router.wait_for_state("default-route", "ready")


def test_the_other_one_takes_over(router: Router) -> None:
    router.wait_for_state("either", "ready", 30)
    active = "/run/services/outputs/either.control/active"
    assert router.check(f"cat {active}") == "one"
    assert router.services()["other"].state == "down"
    router.check("services stop -t 20 one")
    router.check(f"until grep -qx other {active}; do sleep 0.3; done")
    router.wait_for_state("either", "ready", 30)
    router.check("services start -t 20 one || true; services stop -t 20 other")
    router.check(f"until grep -qx one {active}; do sleep 0.3; done")
    router.wait_for_state("either", "ready", 30)
    router.run("services start -t 5 other")  # its turn comes when the first fails


def test_what_is_not_healthy_is_restarted(router: Router) -> None:
    router.wait_for_state("well", "ready", 30)
    before = router.pid("patient")
    router.check("touch /run/ill")
    router.wait_for_state("well", "down", 60)
    router.check(
        f"until [ $(s6-svstat -o pid /run/service/patient) != {before} ]; do sleep 0.3; done"
    )
    # Nothing looks while it restarts.
    looking = "patient is not healthy"
    router.check(f"until services | grep '^well  *down.*{looking}'; do sleep 0.3; done")
    router.check("rm /run/ill")
    router.wait_for_state("well", "ready", 60)
