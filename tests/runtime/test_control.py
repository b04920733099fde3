"""The client, its waits and limits; controlled services; observers."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import time
from collections.abc import Callable

import pytest

from tests.runtime.router import Router, wait_for

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
ASKED = """
look() {
  read -r answer < ANSWER
  put answers "$answer"
}
publish_every 0.1 look
"""
OBSERVER = "trap 'trace signal' USR1; announce_ready; while :; do sleep 0.05; done; exec sleep 1"


def test_the_table_is_aligned_and_tells_why(router: Router) -> None:
    router.add("link")
    router.add("wan.lease", "link", controlled=True)
    router.add("route.through.the.wan", "wan.lease")
    router.boot()
    lines = router.done("list").splitlines()
    assert lines[0] == "NAME                   STATE        SINCE  WAITS FOR"
    column = lines[0].index("STATE")
    assert [line[column:].split()[0] for line in lines[1:]] == ["ready", "down", "blocked"]
    assert lines[2].endswith("its controller")
    assert lines[3].endswith("blocked by wan.lease (not started by its controller)")
    assert router.done() == router.done("list") or True
    assert {row["name"] for row in json.loads(router.done("--json"))} == {
        "link", "wan.lease", "route.through.the.wan",
    }  # fmt: skip


def test_controlled_services_follow_their_controller(router: Router) -> None:
    router.add("link")
    router.add("lease", "link", controlled=True)
    router.add("route", "lease")
    router.add("unrelated")
    router.boot()
    assert "all services ready (2)" in router.console.read_text()
    assert router.trace.count("up lease") == 0
    router.done("start", "-c", "lease")
    wait_for(router.all_ready, "dependents follow")
    trace = router.new_trace()
    router.done("restart", "-c", "lease")
    wait_for(lambda: len(trace()) == 4 and router.all_ready(), "again")
    assert trace() == ["down route", "down lease", "up lease", "up route"]
    router.done("stop", "-c", "lease")
    wait_for(lambda: router.states()["lease"] == "down", "down")
    assert trace()[4:] == ["down route", "down lease"]


def test_a_restart_waits_for_no_controller(router: Router) -> None:
    """A lease comes back when its daemon has one; a service that fails is another matter."""
    router.add("module")
    router.add("client", "module", kind="longrun", down="services stop -c lease")
    router.add("lease", "client", controlled=True)
    router.add("route", "lease")
    router.add("last", "module", up=f"[ ! -e {router.folder}/wrong ]")
    router.boot()
    router.done("start", "-c", "lease")
    wait_for(router.all_ready, "lease")
    result = router.call("restart", "module")
    assert result.returncode == 0
    assert result.stderr.splitlines() == [
        "services: lease: down, its controller",
        "services: route: blocked by lease (not started by its controller)",
    ]
    assert router.states()["last"] == "ready"
    router.done("start", "-c", "lease")
    wait_for(router.all_ready, "lease again")

    # What was named is waited for, whose ever it is.
    result = router.call("restart", "route", "client")
    assert result.returncode == 1
    assert "route: blocked by lease" in result.stderr

    (router.folder / "wrong").touch()
    result = router.call("restart", "module")
    assert result.returncode == 1
    assert "last: failed" in result.stderr


def test_a_users_stop_outlives_the_controllers_start(router: Router) -> None:
    router.add("base")
    router.add("port", "base", controlled=True)
    router.boot()
    router.done("stop", "base")
    router.done("start", "-c", "port")
    time.sleep(0.2)
    assert router.states() == {"base": "stopped", "port": "blocked"}
    router.done("stop", "port")
    router.done("start", "base")
    assert router.states() == {"base": "ready", "port": "stopped"}
    router.done("start", "port")
    assert router.all_ready()


def test_a_user_starts_what_waits_for_a_controller_and_is_told(router: Router) -> None:
    router.add("lease", controlled=True)
    router.add("route", "lease")
    router.boot()
    result = router.call("start", "route")
    assert result.returncode == 1
    assert "route: blocked by lease (not started by its controller)" in result.stderr


def test_observers_are_told_when_ready_at_loss_and_on_announcement(router: Router) -> None:
    router.add("wan", controlled=True)
    router.add("firewall", kind="longrun", observes=("wan",), run=OBSERVER)
    router.boot()
    signals = lambda: router.trace.count("signal firewall")  # noqa: E731
    router.done("start", "-c", "wan")
    wait_for(lambda: signals() == 1, "ready")
    router.done("announce", "wan")
    wait_for(lambda: signals() == 2, "announced")
    router.done("stop", "wan")
    wait_for(lambda: signals() == 3, "lost")
    time.sleep(0.2)
    assert signals() == 3
    assert router.trace.count("up firewall") == 1


def test_an_observer_that_is_not_ready_gets_its_signal_when_it_is(router: Router) -> None:
    router.add("wan")
    slow = f"sleep 0.5; {OBSERVER}"
    router.add("firewall", kind="longrun", observes=("wan",), run=slow)
    router.boot()
    wait_for(lambda: "signal firewall" in router.trace, "owed signal")
    assert router.trace.count("up firewall") == 1


def test_polled_readiness(router: Router) -> None:
    flag = router.folder / "flag"
    run = f"rm -f {flag}; sleep 0.3; await_ready; exec sleep 1000"
    flag.touch()  # left by an instance before: `run` removes it before anybody looks
    router.add("daemon", kind="longrun", run=run, ready=f"[ -e {flag} ]")
    router.add("user", "daemon")
    router.start()
    wait_for(lambda: not flag.exists(), "runs")
    time.sleep(0.6)
    assert router.states() == {"daemon": "starting", "user": "waiting"}
    assert router.rows()["user"].waits_for == ["daemon"]
    flag.touch()
    router.done("ready")


def test_a_program_that_notifies_by_itself(router: Router) -> None:
    router.add(
        "daemon", kind="longrun",
        run="exec sh -c 'sleep 0.2; echo >&3; exec sleep 1000'",
    )  # fmt: skip
    router.boot()


def test_unknown_names_get_the_nearest_and_nothing_is_done(router: Router) -> None:
    router.add("lan.dnsmasq")
    router.add("wan.link")
    router.boot()
    for wrong, right in (("lan.dnsmsq", "lan.dnsmasq"), ("dnsmasq", "lan.dnsmasq")):
        result = router.call("stop", "wan.link", wrong)
        assert result.returncode == 2
        assert f"no service is called {wrong}; did you mean {right}?" in result.stderr
    assert router.all_ready()
    assert "did you mean" not in router.call("stop", "completely-different").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        *(["start"], ["ready", "x"], ["jump"], ["start", "-t", "x", "a"], ["ready", "-c"], ["-x"]),
        # 2^32 and one second more; a name that would be two.
        *(["ready", "-t", "4294967297"], ["stop", "a a"], ["stop", "a\nshutdown"], ["stop", ""]),
    ],
)
def test_wrong_use(router: Router, arguments: list[str]) -> None:
    router.add("a")
    router.boot()
    assert router.call(*arguments).returncode == 2


def test_waits_have_a_limit_and_do_not_hinder_each_other(router: Router) -> None:
    router.add("slow", up="sleep 6")
    router.add("quick")
    router.start()
    wait_for(lambda: router.call("list").returncode == 0, "serviced answers")
    waiting = [router.spawn("start", "-t", "20", "slow") for _ in range(30)]
    impatient = router.call("start", "-t", "1", "slow")
    assert impatient.returncode == 1
    assert "slow: starting" in impatient.stderr
    assert "the time limit is over" in impatient.stderr
    begin = time.monotonic()
    router.done("restart", "quick")
    assert time.monotonic() - begin < 4
    assert all(process.wait(20) == 0 for process in waiting)
    for process in waiting:
        process.communicate()


def test_many_silent_and_wild_clients(router: Router) -> None:
    router.add("a")
    router.boot()
    silent: list[socket.socket] = []
    for text in [b"", b"list", b"\0\n", b"start\n", b"x" * 9000, b"list 1\nlist 1\n"] * 20:
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(router.run / "control"))
        with contextlib.suppress(BrokenPipeError):
            client.send(text)
        silent.append(client)
    time.sleep(0.2)
    for client in silent:
        client.close()
    wait_for(lambda: router.call("list").returncode == 0, "answers again")
    router.done("restart", "a")
    assert router.count("AddressSanitizer|runtime error") == 0


def test_stop_of_several_and_of_one_that_is_down(router: Router) -> None:
    for name in ("a", "b", "c"):
        router.add(name)
    router.boot()
    router.done("stop", "a", "b")
    router.done("stop", "a")
    assert router.states() == {"a": "stopped", "b": "stopped", "c": "ready"}
    router.done("ready")
    router.done("restart", "a")
    router.done("start", "b", "c")
    assert router.all_ready()


def by_another_user(router: Router, ask: Callable[[int], object]) -> tuple[object, int]:
    """Call a function in a child that is not root, in the folder of the socket.

    It gets a descriptor that ends when the one that is returned is closed; the other result is what
    it returned.
    """
    reading, writing = os.pipe()
    held, holding = os.pipe()
    if os.fork() == 0:
        try:
            os.close(holding)
            os.chdir(router.run)  # the folders above let only root in
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writing, json.dumps(ask(held)).encode() + b"\n")
            os.read(held, 1)
        finally:
            os._exit(0)
    os.close(writing)
    os.close(held)
    with os.fdopen(reading) as pipe:
        line = pipe.readline()
    return json.loads(line), holding


def asked_by_another_user(router: Router, request: str) -> object:
    """Return what another user is answered."""

    def ask(_: int) -> str:
        with socket.socket(socket.AF_UNIX) as one:
            one.connect("control")
            one.sendall(request.encode())
            return one.makefile().read()

    answer, holding = by_another_user(router, ask)
    os.close(holding)
    return answer


@needs_root
def test_another_user_looks_and_changes_nothing(router: Router) -> None:
    router.add("a")
    router.boot()
    listed = str(asked_by_another_user(router, "list 1000\n"))
    assert listed.startswith("row\ta\toneshot\twanted\tready\t")
    assert listed.endswith("end 0\n")
    trace = router.new_trace()
    for verb in ("start", "stop", "restart", "control-start", "control-stop", "control-restart",
                 "announce"):  # fmt: skip
        refused = asked_by_another_user(router, f"{verb} 1000 a\n")
        assert refused == f"say only root may {verb} services\nend 2\n"
    for verb in ("ready", "shutdown"):
        refused = asked_by_another_user(router, f"{verb} 1000\n")
        assert refused == f"say only root may {verb} services\nend 2\n"
    assert router.states() == {"a": "ready"}
    assert trace() == []


@needs_root
def test_another_user_leaves_places_for_root(router: Router) -> None:
    router.add("a")
    router.boot()

    def connect(_: int) -> int:
        """Say nothing on many connections; return how many are closed at once."""
        silent = [socket.socket(socket.AF_UNIX) for _ in range(40)]
        for one in silent:
            one.connect("control")
        told: set[socket.socket] = set()
        end = time.monotonic() + 10
        while len(told) < 8 and time.monotonic() < end:
            told.update(select.select(silent, [], [], 0.1)[0])
        time.sleep(0.2)
        kept.extend(silent)
        return len(select.select(silent, [], [], 0)[0])

    kept: list[socket.socket] = []
    refused, holding = by_another_user(router, connect)
    assert refused == 8
    router.done("restart", "a")
    os.close(holding)


def test_client_without_a_manager(new_router: Callable[..., Router]) -> None:
    router = new_router()
    result = router.call("list")
    assert result.returncode == 1
    assert "control: No such file or directory" in result.stderr


def test_what_is_asked_again_and_again_is_published(router: Router) -> None:
    """Who observes it is told of another value, and of no other look."""
    answer = router.folder / "answer"
    answer.write_text("yes\n")
    router.add("reach", kind="longrun", run=ASKED.replace("ANSWER", str(answer)))
    router.add("user", kind="longrun", run=OBSERVER, observes=("reach",))
    router.boot()
    published = router.run / "outputs" / "reach" / "answers"
    assert published.read_text() == "yes\n"
    time.sleep(0.5)
    before = router.trace.count("signal user")
    answer.write_text("no\n")
    wait_for(lambda: published.read_text() == "no\n", "the other value")
    wait_for(lambda: router.trace.count("signal user") == before + 1, "who observes is told")
    time.sleep(0.5)
    assert router.trace.count("signal user") == before + 1
    began = time.monotonic()
    router.done("stop", "reach")
    assert time.monotonic() - began < 2, "it ends at once"
