"""Start, stop and restart in the order of the graph."""

from __future__ import annotations

import time

import pytest

from tests.runtime.router import Router, process_stat, wait_for


def diamond(router: Router) -> None:
    router.add("top", up="sleep 0.2")
    router.add("left", "top", up="sleep 0.2")
    router.add("right", "top", up="sleep 0.2")
    router.add("bottom", "left", "right", kind="longrun")
    router.add("apart", kind="longrun")


def test_each_waits_for_what_it_needs_and_the_rest_runs_in_parallel(router: Router) -> None:
    router.add("link", up="sleep 0.5; trace done")
    for name in ("a", "b", "c", "d"):
        router.add(name, "link", up="sleep 0.5; trace done")
    router.add("last", "a", "b", "c", "d")
    router.boot()
    middle = [word for word in router.trace if word[-1] in "abcd"]
    assert {word.split()[0] for word in middle[:4]} == {"up"}  # all begin before one is done
    for name in ("a", "b", "c", "d"):
        assert router.before("done link", f"up {name}")
        assert router.before(f"done {name}", "up last")
    assert "liminix-gen: all services ready (6) after " in router.console.read_text()


def test_a_diamond_restarts_once_each(router: Router) -> None:
    diamond(router)
    router.boot()
    trace = router.new_trace()
    router.done("restart", "top")
    assert router.all_ready()
    words = trace()
    assert sorted(words) == sorted(
        f"{way} {name}" for way in ("down", "up") for name in ("top", "left", "right", "bottom")
    )
    assert words[0] == "down bottom"
    assert words[3:5] == ["down top", "up top"]
    assert words[7] == "up bottom"


def test_stop_takes_dependents_down_first_and_start_brings_them_back(router: Router) -> None:
    diamond(router)
    router.boot()
    trace = router.new_trace()
    router.done("stop", "left")
    assert trace() == ["down bottom", "down left"]
    rows = router.rows()
    assert rows["left"].state == "stopped"
    assert rows["bottom"].state == "blocked"
    assert rows["bottom"].note == "blocked by left (stopped)"
    assert rows["right"].state == "ready"
    router.done("start", "left")
    assert trace()[2:] == ["up left", "up bottom"]
    assert router.all_ready()


def test_a_crash_takes_dependents_down_and_all_up_again_once(router: Router) -> None:
    router.add("link")
    router.add("daemon", "link", kind="longrun")
    router.add("user", "daemon", down="sleep 0.3")
    router.add("users-user", "user", kind="longrun")
    router.boot()
    trace = router.new_trace()
    begin = time.monotonic()
    router.control("daemon", "k")
    wait_for(lambda: len(trace()) == 6 and router.all_ready(), "all ready again")
    assert time.monotonic() - begin < 8
    words = trace()
    # The undo of the crashed one cannot wait for anybody: s6 runs it at once.
    assert router.before("down daemon", "up daemon", words)
    words.remove("down daemon")
    assert words == ["down users-user", "down user", "up daemon", "up user", "up users-user"]
    assert "services: daemon failed (Killed (signal 9)), failure 1" in router.log


def test_killing_each_daemon_once_ends_with_all_ready(router: Router) -> None:
    diamond(router)
    router.boot()
    for name in ("bottom", "apart", "top", "left"):
        trace = router.new_trace()
        router.control(name, "k")
        wait_for(lambda seen=trace, who=name: f"up {who}" in seen(), f"{name} starts again")
        router.done("ready", "-t", "5")


def test_shutdown_goes_in_reverse_order_and_says_so_on_the_console(router: Router) -> None:
    diamond(router)
    router.boot()
    trace = router.new_trace()
    router.done("shutdown", "-t", "10")
    words = [word for word in trace() if word != "down apart"]
    assert words[0] == "down bottom"
    assert set(words[1:3]) == {"down left", "down right"}
    assert words[3] == "down top"
    console = router.console.read_text()
    assert console.index("services: bottom down") < console.index("services: top down")
    refused = router.call("start", "top")
    assert refused.returncode == 1
    assert "goes down" in refused.stderr


@pytest.mark.parametrize("undo", [True, False])
def test_what_ignores_the_stop_is_killed_with_its_children(router: Router, undo: bool) -> None:
    child = router.folder / "child"
    router.add(
        "stubborn",
        kind="longrun",
        undo=undo,
        down_ms=400,
        run=f"trap '' TERM; sleep 321 & echo $! >{child}; announce_ready; exec sleep 322",
    )
    router.boot()
    begin = time.monotonic()
    router.done("stop", "stubborn")
    assert 0.3 < time.monotonic() - begin < 8
    assert "stubborn did not stop in time" in router.log
    assert router.process_id("stubborn") == -1
    assert process_stat(int(child.read_text()))[:1] in ([], ["Z"])


def test_stop_while_starting_ends_the_work(router: Router) -> None:
    router.add("slow", up="sleep 30")
    router.add("next", "slow")
    router.start()
    wait_for(lambda: "up slow" in router.trace, "slow starts")
    begin = time.monotonic()
    router.done("stop", "slow")
    assert time.monotonic() - begin < 8
    assert router.trace == ["up slow", "down slow"]
