"""What a run tells: durations, sizes, and the plain story of a recorded build."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from liminix_gen.cli import text
from liminix_gen.cli.narrate import Building
from liminix_gen.cli.preparing import Notices
from liminix_gen.cli.story import Activity, LiveStory, PlainStory
from liminix_gen.nix.build import Evaluated
from liminix_gen.nix.derivation import Survey
from liminix_gen.nix.events import LogLine, Reader, Started

LOGS = Path(__file__).with_name("nix_logs")
KERNEL = "/nix/store/00000000000000000000000000000000-linux-6.12.drv"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
    ],
)
def test_seconds(value: float, shown: str) -> None:
    assert text.seconds(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (5_940_000, "5.9 MB")]
)
def test_size(value: int, shown: str) -> None:
    assert text.size(value) == shown


def test_columns_are_aligned_and_end_without_blanks() -> None:
    assert text.columns([("a", "b", ""), ("long", "c", "d")], indent=" ") == " a     b\n long  c  d"
    assert text.columns([]) == ""


def test_a_build_is_told_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    building = Building(PlainStory())
    survey = Survey(missing=("a", "b"), cached=(KERNEL,))
    building(Evaluated(survey=survey, seconds=0.4))
    reader = Reader(building, clock=lambda: 1.0)
    for line in (LOGS / "success.log").read_text().splitlines():
        reader.feed(line)
    captured = capsys.readouterr()
    assert not captured.out
    assert captured.err.splitlines() == [
        "evaluated   in 0.4 s, 2 derivations to build",
        "cached      linux-6.12",
        "built       alpha in 0.0 s [1/2]",
        "built       beta in 0.0 s [2/2]",
    ]


def test_a_failed_build_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    reader = Reader(Building(PlainStory()), clock=lambda: 1.0)
    for line in (LOGS / "failure.log").read_text().splitlines():
        reader.feed(line)
    assert capsys.readouterr().err.splitlines()[-1] == "failed      bad in 0.0 s"


def test_phases_of_the_kernel_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    building = Building(PlainStory())
    building(Started(derivation=KERNEL))
    for line in (
        "liminix-gen-phase: patch board.patch",
        "CC init/main.o",
        "liminix-gen-phase: compile",
    ):
        building(LogLine(derivation=KERNEL, text=line))
    assert capsys.readouterr().err.splitlines() == [
        "patching    linux-6.12 board.patch",
        "compiling   linux-6.12",
    ]


def test_entries_added_to_a_lock_are_told_as_a_sum(capsys: pytest.CaptureFixture[str]) -> None:
    notices = Notices(PlainStory())
    for notice in ("package set debian (asked for)", "lock: added a 1", "lock: added b 2"):
        notices(notice)
    notices("lock: changed c 1 -> 2")
    notices.end()
    assert capsys.readouterr().err.splitlines() == [
        "package set debian (asked for)",
        "lock        changed c 1 -> 2",
        "lock        2 entries added",
    ]


def test_a_live_display_keeps_steps_and_shows_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    written = StringIO()
    live = LiveStory(Console(file=written, force_terminal=True, width=40))
    live.step("built", "a [name] in brackets, and a line that is longer than the terminal is wide")
    assert written.getvalue() == (
        "built       a [name] in brackets, and a line that is longer than the terminal is wide\n"
    )
    live.activities["x"] = Activity("linux-6.12", phase="compiling", said="CC init/main.o")
    live.note = "waiting"
    shown = live.now().plain.splitlines()
    assert shown[0].startswith("compiling   linux-6.12  0.")
    assert shown[0].endswith("s  CC init/main.o")
    assert shown[1] == "waiting"
