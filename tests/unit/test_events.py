"""Logs that the real Nix 2.8 wrote (tests/unit/nix_logs), read as events."""

from itertools import count
from pathlib import Path

import pytest

from liminix_gen.nix.events import (
    Complaint,
    Event,
    Failed,
    Fetching,
    Finished,
    LogLine,
    Position,
    Progress,
    Reader,
    Started,
    Step,
    Warned,
    derivation_name,
)

LOGS = Path(__file__).with_name("nix_logs")


def replay(name: str) -> tuple[list[Event], Reader]:
    events: list[Event] = []
    ticks = count()
    reader = Reader(events.append, clock=lambda: float(next(ticks)))
    for line in (LOGS / f"{name}.log").read_text().splitlines():
        reader.feed(line)
    return events, reader


def builds(events: list[Event]) -> list[tuple[str, str]]:
    """Return what happened to each build, in order."""
    return [
        (type(event).__name__, derivation_name(event.derivation))
        for event in events
        if isinstance(event, Started | Finished | Failed)
    ]


def test_a_success_is_counted_build_by_build() -> None:
    events, reader = replay("success")
    assert builds(events) == [
        ("Started", "alpha"),
        ("Finished", "alpha"),
        ("Started", "beta"),
        ("Finished", "beta"),
    ]
    assert [event.text for event in events if isinstance(event, LogLine)] == [
        "alpha begins",
        "to-stderr",
        "no newline",
        "beta",
        "line 1",
        "line 2",
        "line 3",
    ]
    assert [event for event in events if isinstance(event, Progress)][-1] == Progress(
        done=2, expected=2
    )
    assert not reader.complaints
    assert not reader.failures


def test_a_build_takes_the_time_between_start_and_success() -> None:
    events, _ = replay("success")
    assert all(event.seconds > 0 for event in events if isinstance(event, Finished))


def test_a_failure_names_the_derivation_that_failed_and_not_what_needs_it() -> None:
    events, reader = replay("failure")
    assert builds(events) == [("Started", "bad"), ("Failed", "bad")]
    (failed,) = reader.failures
    assert list(reader.tails[failed]) == [
        "bad begins",
        "liminix-gen-audit: lost NFT_MASQ asked=m got=n",
    ]
    assert next(complaint.text.replace(failed, "X") for complaint in reader.complaints) == (
        "builder for 'X' failed with exit code 3"
    )


def test_a_failure_of_what_was_asked_for_is_told_after_its_activity_ended() -> None:
    events, reader = replay("failure-of-the-goal")
    assert builds(events) == [("Started", "fixed"), ("Failed", "fixed")]
    assert len(reader.failures) == 1


def test_among_parallel_builds_only_the_failed_one_fails() -> None:
    events, reader = replay("parallel-failure")
    assert sorted(builds(events)) == [
        ("Failed", "bad"),
        ("Finished", "quick"),
        ("Started", "bad"),
        ("Started", "quick"),
        ("Started", "slow"),  # cancelled: neither finished nor failed
    ]
    assert [derivation_name(path) for path in reader.failures] == ["bad"]


def test_an_evaluation_error_has_the_places_that_led_there() -> None:
    _, reader = replay("throw")
    assert reader.complaints == [
        Complaint(
            text="service lan lacks a body",
            trace=(
                Step("while evaluating 'f'", Position("/tree/tr.nix", 2)),
                Step("from call site", Position("/tree/tr.nix", 6)),
                Step(
                    "while evaluating the attribute 'q' of the derivation 'x'",
                    Position("/tree/tr.nix", 6),
                ),
            ),
        )
    ]


def test_a_syntax_error_has_its_place() -> None:
    _, reader = replay("syntax")
    (complaint,) = reader.complaints
    assert complaint.position == Position("/tree/syn.nix", 1)
    assert complaint.text == "syntax error, unexpected ';'"


def test_warnings_are_not_errors() -> None:
    events, reader = replay("warnings")
    assert not reader.complaints
    assert events == [
        Warned(text="the group 'nixbld' specified in 'build-users-group' does not exist"),
        Warned(
            text="you did not specify '--add-root'; "
            "the result might be removed by the garbage collector"
        ),
    ]


def test_a_path_from_a_cache_is_told() -> None:
    events: list[Event] = []
    path = "/nix/store/00000000000000000000000000000000-hello"
    Reader(events.append).feed(
        f'@nix {{"action":"start","id":1,"level":3,"type":108,"text":"","fields":["{path}","x"]}}'
    )
    assert events == [Fetching(path=path)]


def test_waiting_for_another_build_is_told() -> None:
    events: list[Event] = []
    text = "waiting for lock on '\\u001b[35;1m/nix/store/x-linux\\u001b[0m'"
    Reader(events.append).feed(
        f'@nix {{"action":"start","id":1,"level":1,"type":111,"text":"{text}"}}'
    )
    assert events == [Warned(text="waiting for lock on '/nix/store/x-linux'")]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "@nix",
        "@nix {",
        "@nix []",
        '@nix {"action":"start"}',
        '@nix {"action":"start","type":105,"fields":[]}',
        '@nix {"action":"result","type":105,"fields":[1,2],"id":9}',
        '@nix {"action":"msg"}',
        "some program wrote this",
    ],
)
def test_foreign_lines_do_no_harm(line: str) -> None:
    reader = Reader()
    reader.feed(line)
    assert not reader.failures
    assert not reader.complaints


def test_a_long_log_keeps_its_last_lines() -> None:
    reader = Reader()
    path = "/nix/store/00000000000000000000000000000000-long.drv"
    reader.feed(f'@nix {{"action":"start","id":1,"type":105,"fields":["{path}"]}}')
    for number in range(1000):
        reader.feed(f'@nix {{"action":"result","id":1,"type":101,"fields":["{number}"]}}')
    assert len(reader.tails[path]) == 200
    assert reader.tails[path][-1] == "999"
