"""The manager and the supervisors die too."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable

from tests.runtime.router import Router, Service, process_stat, wait_for


def kill_manager(router: Router) -> None:
    before = router.process_id("serviced")
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: router.process_id("serviced") not in (before, -1), "a new manager")
    wait_for(lambda: router.call("list").returncode == 0, "it answers")


def test_a_killed_manager_goes_on_where_it_was(router: Router) -> None:
    router.add("link")
    router.add("daemon", "link", kind="longrun")
    router.add("stopped", "link")
    router.add("lease", controlled=True)
    router.boot()
    router.done("stop", "stopped")
    router.done("start", "-c", "lease")
    trace = router.new_trace()
    wait_for(lambda: router.states()["lease"] == "ready", "lease")
    daemon = router.process_id("daemon")
    kill_manager(router)
    assert router.states() == {
        "link": "ready", "daemon": "ready", "stopped": "stopped", "lease": "ready",
    }  # fmt: skip
    assert trace() in (["up lease"], [])
    assert router.process_id("daemon") == daemon
    assert (router.run / "outputs/link/state").exists()
    assert router.console.read_text().count("all services ready") == 1
    router.done("restart", "link")
    router.done("start", "stopped")
    assert router.all_ready()


def test_what_happens_while_the_manager_is_dead_is_found(router: Router) -> None:
    router.add("link")
    router.add("daemon", "link", kind="longrun")
    router.add("user", "daemon")
    router.boot()
    manager = router.process_id("serviced")
    router.control("serviced", "O")  # s6 does not start it again at once
    os.kill(manager, signal.SIGKILL)
    wait_for(lambda: router.process_id("serviced") == -1, "manager dead")
    router.control("daemon", "k")
    wait_for(lambda: router.process_id("daemon") == -1, "daemon dead")
    trace = router.new_trace()
    router.control("serviced", "u")
    wait_for(lambda: "up user" in trace() and router.all_ready(), "repaired")
    assert [word for word in trace() if word != "down daemon"] == [
        "down user", "up daemon", "up user",
    ]  # fmt: skip


def test_the_manager_dies_during_a_restart_and_during_the_boot(router: Router) -> None:
    router.add("a", up="sleep 0.3", down="sleep 0.3")
    router.add("b", "a", up="sleep 0.3", down="sleep 0.3")
    router.start()
    wait_for(lambda: "up b" in router.trace, "b starts")
    kill_manager(router)
    router.done("ready")
    client = router.spawn("restart", "a")
    wait_for(lambda: "down b" in router.trace, "b down")
    kill_manager(router)
    assert client.wait(10) == 1
    assert "did not answer to the end" in client.communicate()[1]
    wait_for(lambda: router.trace.count("up b") >= 2 and router.all_ready(), "finished")
    assert router.trace.count("down a") == 1


def test_shutdown_is_finished_by_the_next_manager(router: Router) -> None:
    router.add("a", down="sleep 0.5")
    router.add("b", "a", down="sleep 0.5")
    router.boot()
    client = router.spawn("shutdown")
    wait_for(lambda: "going down" in router.log, "begins")
    time.sleep(0.1)
    os.kill(router.process_id("serviced"), signal.SIGKILL)
    wait_for(lambda: "down a" in router.trace, "finished")
    assert router.trace[-2:] == ["down b", "down a"]
    client.communicate()


def supervisor_of(router: Router, name: str) -> int:
    return int(process_stat(router.process_id(name))[1])


def test_a_killed_supervisor_leaves_no_twin(router: Router) -> None:
    router.add("link")
    router.add("daemon", "link", kind="longrun", run="announce_ready; exec sleep 4321")
    router.add("user", "daemon")
    router.boot()
    daemon = router.process_id("daemon")
    trace = router.new_trace()
    os.kill(supervisor_of(router, "daemon"), signal.SIGKILL)
    wait_for(lambda: "up user" in trace() and router.all_ready(), "up again")
    assert sorted(trace()) == ["down daemon", "down user", "up daemon", "up user"]
    assert trace()[-1] == "up user"
    assert router.process_id("daemon") != daemon
    assert process_stat(daemon)[:1] in ([], ["Z"])
    assert "daemon lost its supervisor" in router.log


def test_a_oneshot_whose_supervisor_died_is_undone_and_redone(router: Router) -> None:
    router.add("link")
    router.add("user", "link")
    router.boot()
    trace = router.new_trace()
    os.kill(supervisor_of(router, "link"), signal.SIGKILL)
    wait_for(lambda: "up user" in trace() and router.all_ready(), "up again")
    assert trace().count("down link") == 1
    assert trace()[-2:] == ["up link", "up user"]


def test_sigterm_ends_it_in_order(router: Router) -> None:
    router.add("a")
    router.add("b", "a")
    router.boot()
    router.control("serviced", "d")
    wait_for(lambda: router.process_id("serviced") == -1, "ended")
    assert router.trace[-2:] == ["down b", "down a"]
    router.control("serviced", "u")
    wait_for(lambda: router.call("ready").returncode == 0, "all again")


def test_a_missing_supervisor_delays_only_its_own(new_router: Callable[..., Router]) -> None:
    router = new_router("-w", "600")
    router.add("missing")
    router.add("gone")
    router.add("user", "missing")
    router.add("other")
    folder = router.scan / "missing"
    hidden = router.scan / ".missing"
    folder.rename(hidden)
    folder.mkdir()
    (folder / "supervise").write_text("not a directory")  # s6-supervise gives up here
    shutil.rmtree(router.scan / "gone")
    router.start()
    wait_for(lambda: router.states()["other"] == "ready", "other is up")
    assert "gone: cannot listen to its events" in router.log
    assert "missing has no supervisor after 0.6 s" in router.console.read_text()
    assert router.rows()["missing"].note == "its supervisor"
    assert router.states()["user"] == "waiting"


def test_more_services_than_a_program_has_descriptors(new_router: Callable[..., Router]) -> None:
    """A program begins with 1,024 of them, and may have 4,096; without s6, to see what it opens."""
    router = new_router("-w", "100")
    names = [f"s{number}" for number in range(600)]
    router.graph.write_text("".join(Service(name).line for name in names))
    for name in names:
        (router.scan / name).mkdir()
    manager = subprocess.Popen(
        [
            "prlimit",
            "--nofile=1024:4096",
            router.programs / "serviced",
            *router.manager_arguments(),
        ],
        env=router.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for((router.run / "control").exists, "it listens")
        states = router.states()
        assert states == dict.fromkeys(names, "waiting")
    finally:
        manager.kill()
        said = manager.communicate()[1]
    assert "cannot listen" not in said
