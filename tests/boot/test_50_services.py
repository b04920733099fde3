"""Supervision: dependents follow, once each; failures are told, repaired, and hurt nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.router import Router

HISTORY = "/run/test/history"


@pytest.fixture
def history(router: Router) -> str:
    """Begin a new history of the test services."""
    router.wait_until_ready()
    router.check(f": > {HISTORY}")
    return HISTORY


def assert_diamond(events: list[str]) -> None:
    """All went down from the bottom and came up from the top, once each."""
    assert sorted(events) == sorted(
        f"{way} {name}" for way in ("down", "up") for name in ("top", "left", "right", "bottom")
    )
    at = {event: index for index, event in enumerate(events)}
    for side in ("left", "right"):
        assert at["down bottom"] < at[f"down {side}"] < at["down top"] < at["up top"]
        assert at["up top"] < at[f"up {side}"] < at["up bottom"]


def test_a_diamond_restarts_once_each(router: Router, history: str) -> None:
    router.check("services restart top")
    router.wait_until_ready()
    assert_diamond(router.check(f"cat {history}").split("\n"))


def test_a_side_of_the_diamond_leaves_the_other_alone(router: Router, history: str) -> None:
    router.check("services restart left")
    router.wait_until_ready()
    assert router.check(f"cat {history}").split("\n") == [
        "down bottom",
        "down left",
        "up left",
        "up bottom",
    ]


def test_dependents_of_what_dies_follow_once(router: Router, history: str) -> None:
    router.check(f"kill -9 {router.pid('top')}")
    router.check(f"until grep -q 'up bottom' {history}; do sleep 0.2; done")
    events = router.check(f"cat {history}").split("\n")
    # What died could not wait for the others, so its own end comes when it comes.
    assert sorted(events) == sorted(
        f"{way} {name}" for way in ("down", "up") for name in ("top", "left", "right", "bottom")
    )
    assert events.index("down bottom") < events.index("down left")
    assert events.index("up top") < events.index("up right") < events.index("up bottom")


def test_a_dependencys_restart_restarts_its_dependents(router: Router) -> None:
    before = {name: router.pid(name) for name in ("dns", "ssh")}
    router.check("services restart lan")
    router.wait_until_ready()
    assert router.pid("dns") not in (0, before["dns"])
    # ssh listens on an interface, whatever its addresses are.
    assert router.pid("ssh") == before["ssh"]


def test_a_failing_oneshot_is_shown_and_the_rest_runs(router: Router) -> None:
    started = router.run("services start -t 100 fragile", 120)
    assert started.status == 1
    assert "fragile" in started.text
    router.wait_for_state("fragile", "failed")
    states = router.services()
    assert states["fragile"].note.startswith("exit code 1")
    assert states["above-fragile"].state == "blocked"
    assert states["above-fragile"].waits_for == ("fragile",)
    assert "blocked by fragile (failed)" in router.check("services")
    assert states["dns"].state == "ready"
    router.wait_until_ready()


def test_what_failed_runs_after_its_repair(router: Router) -> None:
    router.check("mkdir -p /run/test && touch /run/test/repaired")
    router.check("services start above-fragile")
    states = router.services()
    assert (states["fragile"].state, states["above-fragile"].state) == ("ready", "ready")
    router.check("services stop fragile")
    states = router.services()
    assert states["above-fragile"].state != "ready"
    assert states["fragile"].state == "stopped"


def test_each_daemon_may_die_once(router: Router) -> None:
    router.wait_until_ready()
    daemons = [
        one.name
        for one in router.services().values()
        if one.type == "longrun"
        and one.state == "ready"
        # When one of these dies it is the turn of the other one (test_36_followers.py).
        and one.name not in {"one", "other"}
    ]
    assert {"dns", "ssh", "top"} <= set(daemons)
    for name in daemons:
        # One that another one starts may not be up again yet.
        router.wait_for_state(name, "ready")
        before = router.pid(name)
        router.check(f"kill -9 {before}")
        gone = f"[ $(s6-svstat -o pid /run/service/{name}) = {before} ]"
        router.check(f"while {gone}; do sleep 0.1; done")
        router.wait_until_ready()
        router.wait_for_state(name, "ready")
        assert router.pid(name) not in (0, before), name
    states = router.services().values()
    assert not [one for one in states if one.state == "failed"]


def test_the_manager_may_die_too(router: Router) -> None:
    pids = {name: router.pid(name) for name in ("dns", "ssh")}
    manager = router.pid("serviced")
    router.check(f"kill -9 {manager}")
    router.check("until services > /dev/null 2>&1; do sleep 0.5; done")
    router.wait_until_ready()
    assert router.pid("serviced") != manager
    assert {name: router.pid(name) for name in pids} == pids


def test_a_full_tmp_takes_no_room_from_the_services(router: Router) -> None:
    """Everybody may write to /tmp; what the services write is in another file system."""
    router.wait_until_ready()
    assert router.check("stat -c %a /tmp/").strip() == "1777"
    try:
        router.check("! dd if=/dev/zero of=/tmp/full bs=64k 2>/dev/null")
        router.check("echo room >/run/test/room; grep -q room /run/test/room")
        router.check("services restart left")
        router.wait_until_ready()
    finally:
        router.check("rm /tmp/full")
