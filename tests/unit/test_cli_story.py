"""What a run tells: durations, sizes, and the plain story of a recorded build."""

import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from liminix_gen import text
from liminix_gen.cli.narrate import Narrator
from liminix_gen.cli.story import Activity, LiveStory, PlainStory
from liminix_gen.events import (
    Chosen,
    Download,
    Fetched,
    LockChanged,
    Locked,
    Remarked,
    Sent,
    Waiting,
)
from liminix_gen.nix.events import Evaluated, Finished, LogLine, Reader, Started, Survey
from liminix_gen.nix.objects import Objects, keep

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
    narrator = Narrator(PlainStory())
    survey = Survey(missing=("a", "b"), cached=(KERNEL,))
    narrator(Evaluated(survey=survey, seconds=0.4))
    reader = Reader(narrator, clock=lambda: 1.0)
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
    reader = Reader(Narrator(PlainStory()), clock=lambda: 1.0)
    for line in (LOGS / "failure.log").read_text().splitlines():
        reader.feed(line)
    assert capsys.readouterr().err.splitlines()[-1] == "failed      bad in 0.0 s"


def test_phases_of_the_kernel_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    narrator = Narrator(PlainStory())
    narrator(Started(derivation=KERNEL))
    for line in (
        "liminix-gen-phase: patch board.patch",
        "CC init/main.o",
        "liminix-gen-phase: compile",
    ):
        narrator(LogLine(derivation=KERNEL, text=line))
    assert capsys.readouterr().err.splitlines() == [
        "patching    linux-6.12 board.patch",
        "compiling   linux-6.12",
    ]


def test_entries_added_to_a_lock_are_told_as_a_sum(capsys: pytest.CaptureFixture[str]) -> None:
    narrator = Narrator(PlainStory())
    narrator(Chosen(package_set="debian", reason="asked for"))
    for name in "ab":
        narrator(LockChanged(kind="added", subject=name, new="1"))
    narrator(LockChanged(kind="changed", subject="c", old="1", new="2"))
    for _ in range(2):
        narrator(Locked(path=Path("router.lock"), written=True))
    assert capsys.readouterr().err.splitlines() == [
        "package set debian (asked for)",
        "lock        changed c 1 -> 2",
        "lock        2 entries added",
    ]


def test_what_is_fetched_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    narrator = Narrator(PlainStory())
    narrator(Remarked(word="gone from the mirror", text="dnsmasq-base"))
    for state in ("fetching", "fetched", "failed"):
        narrator(Download(name="a", version="1", size_bytes=1500, state=state, done=1, total=2))
    narrator(Fetched(present=3, fetched=1, size_bytes=1500, seconds=2.0))
    narrator(Fetched(present=0, fetched=0, size_bytes=0, seconds=0.1))
    narrator(Waiting(what="for another build"))
    narrator(Sent(size_bytes=1500))
    assert narrator.story.note == "copying: 2 kB"
    narrator(Remarked(word="copied", text="1500 bytes"))
    assert narrator.story.note == ""
    assert capsys.readouterr().err.splitlines() == [
        "gone from the mirror dnsmasq-base",
        "fetched     a 1 (2 kB) [1/2]",
        "failed      a 1 (2 kB) [1/2]",
        "fetched     1 package, 2 kB in 2.0 s",
        "cached      3 packages",
        "waiting     for another build",
        "copied      1500 bytes",
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


def test_a_terminal_sums_up_what_is_built_in_a_moment() -> None:
    written = StringIO()
    live = LiveStory(Console(file=written, force_terminal=True, color_system=None, width=80))
    narrator = Narrator(live)
    narrator(Evaluated(survey=Survey(missing=(KERNEL, "b", "c"), cached=()), seconds=0.4))
    for path, seconds in (("b", 0.2), (KERNEL, 700.0)):
        narrator(Started(derivation=path))
        narrator(Finished(derivation=path, seconds=seconds))
    assert written.getvalue().splitlines() == [
        "evaluated   in 0.4 s, 3 derivations to build",
        "built       linux-6.12 in 11 min 40 s [2/3]",
    ]
    assert live.now().plain.splitlines() == ["2 of 3 built"]


def test_nothing_is_written_of_what_has_just_been_told(capsys: pytest.CaptureFixture[str]) -> None:
    story = PlainStory()
    story.activities["a"] = Activity("alpha")
    story.beat()
    assert not capsys.readouterr().err


def test_after_half_a_minute_of_silence_a_line_says_what_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    story = PlainStory()
    story.activities["a"] = Activity("linux-6.12", phase="compiling", began=100.0, expected_s=400.0)
    clock[0] += 12
    story.activities["b"] = Activity("beta", began=112.0)
    story.note = "3 of 21 built"
    clock[0] += 88
    story.beat()
    story.beat()
    assert capsys.readouterr().err.splitlines() == [
        "compiling   linux-6.12: 1 min 40 s, about 5 min 00 s left, and 1 more; 3 of 21 built"
    ]
    clock[0] += 31
    story.beat()
    assert "2 min 11 s, about 4 min 29 s left" in capsys.readouterr().err


def test_the_heart_beats_while_the_main_thread_waits(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liminix_gen.cli.story._HEARTBEAT_S", 0.05)
    story = PlainStory()
    story.activities["a"] = Activity("alpha")
    said = ""
    with story.beating(every_s=0.01):
        deadline = time.monotonic() + 20
        while "building    alpha: " not in said and time.monotonic() < deadline:
            time.sleep(0.01)
            said += capsys.readouterr().err
    assert "building    alpha: " in said


def test_a_compile_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"net/part{number}.o" for number in range(200)]
    (tmp_path / "listed").write_text("".join(f"{name}\n" for name in names))
    keep(tmp_path / "kernels.json", "board", tmp_path / "listed")
    objects = Objects.of(tmp_path / "kernels.json", "board", KERNEL, tmp_path / "builds")
    assert objects() is None, "its builder has not begun"
    tree = tmp_path / "builds" / "nix-build-linux-6.12.drv-0" / "linux"
    (tree / "net").mkdir(parents=True)
    assert objects() == (0, 200)

    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    activity = Activity("linux-6.12", began=0.0, expected_s=1000.0, objects=objects)
    for name in [*names[:5], "../other.o", "net/more.o"]:
        (tree / name).touch()
    clock[0] = 10.0
    assert activity.standing() == "10 s, 5 of 200 objects, about 16 min 30 s left"
    for name in names[:50]:
        (tree / name).touch()
    clock[0] = 40.0
    # What this compile shows counts more than what another took.
    assert activity.standing() == "40 s, 50 of 200 objects, about 2 min 00 s left"
