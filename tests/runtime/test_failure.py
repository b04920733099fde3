"""What fails is retried, reported, given up, repaired; the rest runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.runtime.router import Router, wait_for


def test_a_failing_oneshot_is_given_up_and_repaired_by_start(router: Router) -> None:
    repaired = router.folder / "repaired"
    router.add("modules", up=f"[ -e {repaired} ]")
    router.add("firewall", "modules")
    router.add("dns", "firewall", kind="longrun")
    router.add("ssh", kind="longrun")
    router.start()
    result = router.call("ready", "-t", "20")
    assert result.returncode == 1
    assert "modules: failed, exit code 1, 5 failures" in result.stderr
    assert "dns: blocked by modules (failed)" in result.stderr
    assert router.trace.count("up modules") == 5
    assert router.trace.count("down modules") == 5  # the undo also runs after a failed `up`
    assert router.states() == {
        "modules": "failed", "firewall": "blocked", "dns": "blocked", "ssh": "ready",
    }  # fmt: skip
    assert router.rows()["dns"].waits_for == ["modules"]
    assert "liminix-gen: 1 of 4 services ready" in router.console.read_text()
    assert "services: modules failed 5 times (exit code 1)" in router.console.read_text()

    again = router.call("start", "dns")
    assert again.returncode == 1
    assert "blocked by modules (failed)" in again.stderr
    repaired.touch()
    router.done("start", "dns")
    assert router.all_ready()


def test_pauses_grow(router: Router) -> None:
    router.add("bad", up=f"cut -d' ' -f1 /proc/uptime >>{router.folder}/times; false")
    router.start()
    router.call("ready")
    times = [float(word) for word in (router.folder / "times").read_text().split()]
    pauses = [after - before for before, after in pairwise(times)]
    assert len(pauses) == 4
    assert pauses[0] > 0.08  # uptime counts in hundredths
    assert all(after > before for before, after in pairwise(pauses))
    assert 0.8 <= pauses[3] < 5


def test_a_crash_loop_is_slowed_reported_and_does_not_end(router: Router) -> None:
    router.add("looping", kind="longrun", run="announce_ready; exec sh -c 'exit 3'")
    router.add("user", "looping")
    router.start()
    wait_for(lambda: "keeps failing (exit code 3)" in router.console.read_text(), "reported")
    seen = router.trace.count("up looping")
    assert seen in (5, 6)
    # It is ready for a moment each time: whether `start` sees that is chance.
    router.call("start", "-t", "6", "looping")
    wait_for(lambda: router.trace.count("up looping") > 2 * seen, "goes on")


def test_a_crash_loop_ends_when_it_stays_up(new_router: Callable[..., Router]) -> None:
    router = new_router("-t", "300")
    router.add("steady", kind="longrun")
    router.boot()
    for _ in range(6):
        time.sleep(0.35)
        router.control("steady", "k")
        wait_for(lambda: not router.all_ready(), "seen")
        router.done("ready")
    assert router.count(r"failure 1;") == 6
    assert router.count(r"failure 2;") == 0


def test_too_slow_to_be_ready_counts_as_failure(router: Router) -> None:
    router.add("slow", up="sleep 30", up_ms=300)
    run = "await_ready; exec sleep 1000"
    router.add("never", kind="longrun", run=run, ready="false", up_ms=300)
    router.start()
    wait_for(lambda: router.states()["slow"] == "failed", "given up")
    assert router.rows()["slow"].note.startswith("not ready in time")
    wait_for(lambda: "never keeps failing (not ready in time)" in router.log, "reported")


def via(router: Router) -> str:
    """What a route does with a lease's router; its dependent shows what is behind it."""
    return f'trace "via $(output {router.run}/outputs/wan/router) here"'


def test_a_missing_output_is_waited_for_also_in_the_middle_of_a_command(router: Router) -> None:
    router.add("wan", kind="longrun")
    router.add("route", "wan", up=f"{via(router)}; trace survived", down=via(router))
    router.add("vpn", "route")
    router.start()
    assert router.call("ready").returncode == 1
    time.sleep(1.0)
    assert router.trace.count("up route") == 1  # it waits, it does not try
    rows = router.rows()
    assert rows["route"] == ("waiting", [], "output router of wan")
    assert rows["vpn"].note == "blocked by route (waits for output router of wan)"
    assert "route waits for output router of wan" in router.log
    assert "failed" not in router.log.replace("the others failed or wait", "")
    assert "survived route" not in router.trace
    assert "1 of 3 services ready" in router.console.read_text()
    refused = router.call("start", "vpn")
    assert "blocked by route (waits for output router of wan)" in refused.stderr


def test_an_output_that_comes_changes_or_goes_reaches_who_reads_it(router: Router) -> None:
    """Once each, the undo with the old value; what stays as it is disturbs nobody."""
    router.add("wan", kind="longrun")
    router.add("route", "wan", up=via(router), down=f"{via(router)}; trace gone")
    router.add("vpn", "route")
    router.add("dns", "wan", kind="longrun")
    router.start()
    wait_for(lambda: "route" in router.states() and router.rows()["route"].note, "waits")
    file = router.run / "outputs/wan/router"
    trace = router.new_trace()
    file.write_text("192.0.2.1\n")
    router.done("announce", "wan")
    wait_for(router.all_ready, "it came")
    file.write_text("192.0.2.1")  # the same
    router.done("announce", "wan")
    time.sleep(0.3)
    assert trace() == ["up route", "via 192.0.2.1 here route", "up vpn"]
    file.write_text("198.51.100.1\n")
    router.done("announce", "wan")
    wait_for(lambda: len(trace()) == 10 and router.all_ready(), "it changed")
    assert trace()[3:] == [
        "down vpn",
        "via 192.0.2.1 here route",
        "gone route",
        "down route",
        "up route",
        "via 198.51.100.1 here route",
        "up vpn",
    ]
    file.unlink()
    router.done("announce", "wan")
    wait_for(lambda: router.rows()["route"].note == "output router of wan", "it went")
    assert trace()[10:] == [
        "down vpn", "via 198.51.100.1 here route", "gone route", "down route", "up route",
    ]  # fmt: skip
    router.control("wan", "k")  # comes up again, without the output
    wait_for(lambda: "up dns" in trace()[15:] and router.states()["dns"] == "ready", "again")
    assert router.rows()["route"].note == "output router of wan"
    assert trace().count("up route") == 3


def test_a_longrun_waits_for_an_output_too(router: Router) -> None:
    router.add("wan")
    run = f"{via(router)}; announce_ready; exec sleep 1000"
    router.add("vpn", "wan", kind="longrun", run=run)
    router.start()
    wait_for(lambda: "vpn" in router.states() and router.rows()["vpn"].note, "waits")
    (router.run / "outputs/wan/router").write_text("192.0.2.1\n")
    router.done("announce", "wan")
    router.done("ready")


def test_a_failure_ends_when_its_dependency_has_news(router: Router) -> None:
    """Given up, and then: announced outputs, a start, a restart, a crash, a controller's wish."""
    works = router.folder / "works"
    router.add("wan", kind="longrun", controlled=True)
    router.add("route", "wan", up=f"[ -e {works} ]")
    router.add("vpn", "route")
    router.boot()
    news = {
        "announced": lambda: router.done("announce", "wan"),
        "started": lambda: router.done("start", "wan"),
        "restarted": lambda: router.done("restart", "-c", "wan"),
        "crashed": lambda: router.control("wan", "k"),
        "wanted anew": lambda: (
            router.done("stop", "-c", "wan"),
            router.done("start", "-c", "wan"),
        ),
    }
    router.done("start", "-c", "wan")
    for name, happens in news.items():
        works.unlink(missing_ok=True)
        router.call("restart", "route")
        wait_for(lambda: router.states()["route"] == "failed", f"given up before {name}")
        works.touch()
        happens()
        wait_for(router.all_ready, name)


def test_a_controllers_repeated_wish_is_a_new_chance(router: Router) -> None:
    works = router.folder / "works"
    router.add("lease", controlled=True, up=f"[ -e {works} ]")
    router.boot()
    router.done("start", "-c", "lease")
    wait_for(lambda: router.states()["lease"] == "failed", "given up")
    works.touch()
    router.done("start", "-c", "lease")
    wait_for(router.all_ready, "ready")


def test_what_was_given_up_is_tried_again_by_itself(new_router: Callable[..., Router]) -> None:
    """Also without news: a disk that comes late is in no graph."""
    router = new_router("-f", "1500")
    works = router.folder / "works"
    router.add("state", up=f"[ -e {works} ]")
    router.start()
    wait_for(lambda: router.states()["state"] == "failed", "given up")
    assert "next start in" in router.rows()["state"].note
    works.touch()
    wait_for(router.all_ready, "tried again")
    assert router.console.read_text().count("services: state failed") == 1


def test_the_reason_of_a_failure_is_what_it_said_last(router: Router) -> None:
    """By `log`, by a program that failed, by a daemon; and nothing that an earlier try said."""
    router.add("bad", up="log first; log 'no partition\tis labelled x'; exit 3")
    router.add("dead", up="log told; kill -SEGV $$")
    router.add("tool", up="rmdir /nowhere")
    router.add("script", up="sh -c 'echo script: told by a child >&2; exit 1'")
    run = "echo starts; announce_ready; exec sh -c 'echo the port is taken >&2; exit 2'"
    router.add("daemon", kind="longrun", run=run)
    once = router.folder / "once"
    router.add("silent", up=f"[ -e {once} ] || log 'said once'; touch {once}; exit 1")
    router.start()
    router.call("ready")
    wait_for(lambda: "daemon keeps failing" in router.console.read_text(), "daemon fails")
    rows = router.rows()
    assert rows["bad"].note.startswith("exit code 3: no partition is labelled x, 5 failures")
    assert rows["dead"].note.startswith("Segmentation fault (signal 11): told, 5 failures")
    assert rows["tool"].note.startswith("exit code 1: rmdir: ")
    assert "/nowhere" in rows["tool"].note
    assert rows["script"].note.startswith("exit code 1: told by a child, 5 failures")
    assert rows["silent"].note.startswith("exit code 1, 5 failures")
    console = router.console.read_text()
    assert "bad failed 5 times (exit code 3: no partition is" in console
    assert "daemon keeps failing (exit code 2: the port is taken)" in console
    # With the name of who says it, once.
    assert router.count(r"(?m)^bad: first$") == 5
    assert router.count(r"(?m)^tool: rmdir: ") == 5
    assert router.count(r"(?m)^script: told by a child$") == 5
    assert router.count(r"(?m)^daemon: the port is taken$") >= 5


def test_what_services_print_is_in_the_log_whatever_it_is(router: Router) -> None:
    """Long, without an end, much at once, while the manager is dead and after that."""
    go = router.folder / "go"
    much = "i=0; while [ $i -lt 3000 ]; do echo line $i of many; i=$((i + 1)); done"
    late = f"until [ -e {go} ]; do sleep 0.1; done; echo and on"
    router.add("long", up="head -c 5000 /dev/zero | tr '\\0' x; echo; printf 'no end'")
    router.add(
        "much", kind="longrun",
        run=f"announce_ready; {much}; {late}; exec sleep 1000",
    )  # fmt: skip
    router.boot()
    wait_for(lambda: "much: line 2999 of many" in router.log, "all of it")
    assert router.count(r"(?m)^much: line \d+ of many$") == 3000
    assert (
        len("".join(line[6:] for line in router.log.splitlines() if line[:6] == "long: ")) == 5000
    )
    router.control("serviced", "k")
    go.touch()
    wait_for(lambda: "much: and on" in router.log, "through the next manager")
    assert router.all_ready()


def test_a_problem_is_shown_with_all_that_depends_on_it(router: Router) -> None:
    router.add("base", up="put problem 'it is late'")
    router.add("side", "base", up="put problem \"$(printf 'a\\033[2J\\nb')\"")
    router.add("top", "side", "base")
    router.add("never", "base", controlled=True)
    router.add("above", "never")
    router.add("apart", up="put ifname ../../etc/passwd")
    router.boot()
    notes = {name: row.note for name, row in router.rows().items()}
    assert notes["base"] == "it is late"
    assert notes["side"] == "it is late; a?[2J"
    assert notes["top"] == "it is late; a?[2J"
    assert notes["never"] == "its controller; it is late"
    assert notes["above"].endswith("(not started by its controller); it is late")
    assert notes["apart"] == ""
    assert "it is late" in router.call("start", "-t", "1", "above").stderr
    assert router.states()["top"] == "ready"


def test_down_gets_the_values_that_up_read(router: Router) -> None:
    router.add("wan", kind="longrun", run="put router 192.0.2.1; announce_ready; exec sleep 1000")
    path = f"{router.run}/outputs/wan/router"
    word = f'trace "$(output {path})"'
    router.add("route", "wan", up=word, down=f'trace "gone $(output {path})"')
    router.boot()
    (router.run / "outputs/wan/router").write_text("198.51.100.1\n")
    router.control("wan", "k")
    wait_for(lambda: router.trace.count("up route") == 2, "up again")
    assert "192.0.2.1 route" in router.trace
    assert "gone 192.0.2.1 route" in router.trace


def test_outputs_come_with_state_last_and_vanish(router: Router) -> None:
    router.add("wan", up="put address 192.0.2.7; put address 192.0.2.8; ls $outputs >&2")
    router.boot()
    folder = router.run / "outputs" / "wan"
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "address": "192.0.2.8\n", "state": "ready\n",
    }  # fmt: skip
    router.done("stop", "wan")
    assert not folder.exists()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("a oneshot wanted 1 1 needs=b observes=\n", "'a' needs 'b', which is not a service"),
        ("a oneshot wanted 1 1 needs=\n", "6 fields instead of 7"),
        ("a oneshot wanted 1 1 needs= observes=\n" * 2, ":2: 'a' is there twice"),
        ("a oneshot wanted 0 1 needs= observes=\n", "'0' is not a time limit"),
        ("a oneshot wanted 1 -1 needs= observes=\n", "'-1' is not a time limit"),
        ("a other wanted 1 1 needs= observes=\n", "neither oneshot nor longrun"),
        ("a oneshot maybe 1 1 needs= observes=\n", "neither wanted nor controlled"),
        ("../a oneshot wanted 1 1 needs= observes=\n", "'../a' is not a service name"),
        ("a oneshot wanted 1 1 needs=a observes=\n", "'a' needs itself"),
        (
            "a oneshot wanted 1 1 needs=b observes=\nb oneshot wanted 1 1 needs=a observes=\n",
            "'a' stands on a cycle of needs",
        ),
        (
            "a oneshot wanted 1 1 needs= observes=b\nb oneshot wanted 1 1 needs= observes=\n",
            "'a' is a oneshot and cannot observe",
        ),
    ],
)
def test_a_malformed_graph_is_refused(router: Router, lines: str, message: str) -> None:
    router.graph.write_text(lines)
    result = router.run_manager()
    assert result.returncode == 2
    assert message in result.stderr
    assert message in router.console.read_text()


def test_a_missing_graph_is_refused(router: Router) -> None:
    result = router.run_manager()
    assert result.returncode == 2
    assert "graph: cannot be read: No such file or directory" in result.stderr
