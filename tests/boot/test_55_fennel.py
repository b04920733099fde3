"""Programs in Fennel: one that follows an output of another service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.router import Router

FOLLOWED = "/run/test/followed"
ROUTER = "/run/services/outputs/wan/router"


def followed(router: Router) -> list[list[str]]:
    """Return what the follower saw: milliseconds since the boot, and the value."""
    return [line.split() for line in router.check(f"cat {FOLLOWED}").splitlines()]


@pytest.mark.usefixtures("lease")
def test_a_follower_sees_a_value_and_survives_its_source(router: Router) -> None:
    router.wait_for_state("wan", "ready")
    before = router.pid("follower")
    assert before
    assert followed(router)[-1][1] == "203.0.113.1"
    router.check(f": > {FOLLOWED}")
    router.check("services restart wan.daemon")
    router.wait_until_ready()
    router.wait_for_state("wan", "ready")
    assert [value for _, value in followed(router)] == ["-", "203.0.113.1"]
    assert router.pid("follower") == before


def test_a_follower_is_told_at_once(router: Router) -> None:
    """The clock is /proc/uptime, in hundredths; the value is written as `put` does."""
    script = (
        f"echo 203.0.113.9 > {ROUTER}.new; read -r began _ < /proc/uptime;"
        f" mv {ROUTER}.new {ROUTER}; sleep 1; echo $began"
    )
    try:
        began = round(float(router.check(script).strip()) * 1000)
        (told,) = [int(at) for at, value in followed(router) if value == "203.0.113.9"]
    finally:
        router.check(f"echo 203.0.113.1 > {ROUTER}")
    # Hundredths of a second on one side, so a few of them are within the measure.
    assert -10 <= told - began <= 100


def test_a_message_names_the_line_of_the_source(router: Router) -> None:
    program = router.check(
        "sed -n 's/^exec \\([^ ]*follower\\) .*/\\1/p' /run/service/follower/run"
    )
    done = router.run(f"{program.strip()} no-service no-key /none/file")
    assert done.status == 1
    assert "/none/file: No such file or directory" in done.text
    assert "follower.lua:14: in function" in done.text
