"""Programs are started, watched and ended; nothing is left behind."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from liminix_gen import process
from liminix_gen.errors import ConfigurationError, LiminixGenError


def group_is_gone(group: int) -> bool:
    """Say whether a group has ended; a process that was killed takes a moment to go."""
    deadline = time.monotonic() + 5
    while runs(group) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not runs(group)


def runs(group: int) -> bool:
    """Say whether a process of a group runs (one that only waits to be reaped does not)."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of_group = file.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(of_group) == group and state not in "ZX":
            return True
    return False


def test_result_holds_both_streams_and_the_code() -> None:
    done = process.run(["sh", "-c", "cat; echo told >&2; exit 3"], input="given\n", check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("given\n", "told\n", 3)


def test_input_larger_than_a_pipe_comes_through() -> None:
    text = "x" * 500_000
    assert process.run(["cat"], input=text).stdout == text


def test_input_that_nobody_reads_is_no_error() -> None:
    assert process.run(["true"], input="x" * 500_000).returncode == 0


def test_pieces_are_asked_for_as_the_program_reads() -> None:
    asked: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(1000):
            asked.append(number)
            yield bytes(10_000)

    done = process.run(["sh", "-c", "head -c 10000 | wc -c"], input=pieces())
    assert done.stdout.strip() == "10000"
    assert len(asked) < 100
    done = process.run(["wc", "-c"], input=pieces())
    assert done.stdout.strip() == "10000000"


def test_pieces_that_raise_end_the_program(tmp_path: Path) -> None:
    pids = tmp_path / "pids"

    def pieces() -> Iterator[bytes]:
        yield b"go\n"
        while not (pids.exists() and pids.read_text().endswith("\n")):
            yield b""
        raise OSError("unreadable")

    with pytest.raises(OSError, match="unreadable"):
        process.run(["sh", "-c", f"read word; echo $$ >{pids}; sleep 60"], input=pieces())
    assert group_is_gone(int(pids.read_text()))


def test_lines_are_told_as_they_come() -> None:
    seen: list[tuple[str, float]] = []
    began = time.monotonic()
    process.run(
        ["sh", "-c", "echo one; sleep 0.3; printf two"],
        on_stdout=lambda line: seen.append((line, time.monotonic() - began)),
    )
    assert [line for line, _ in seen] == ["one", "two"]
    assert seen[1][1] - seen[0][1] > 0.2


def test_failure_says_what_can_be_pasted() -> None:
    with pytest.raises(process.CommandError) as caught:
        process.run(["sh", "-c", "echo bad luck >&2; exit 4"])
    assert "exit code 4" in str(caught.value)
    assert "bad luck" in str(caught.value)
    assert "sh -c 'echo bad luck >&2; exit 4'" in str(caught.value)


def test_death_by_signal_names_the_signal() -> None:
    with pytest.raises(process.CommandError, match="SIGKILL"):
        process.run(["sh", "-c", "kill -9 $$"])


def test_timeout_ends_the_children_too(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with pytest.raises(process.CommandTimeoutError):
        process.run(["sh", "-c", f"sleep 60 & echo $$ >{pids}; wait"], timeout_s=0.5)
    assert group_is_gone(int(pids.read_text()))


def test_children_that_ignore_the_request_are_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with pytest.raises(process.CommandTimeoutError):
        process.run(
            ["sh", "-c", f"trap '' TERM; echo $$ >{pids}; while :; do sleep 1; done"],
            timeout_s=0.3,
            grace_s=0.3,
        )
    assert group_is_gone(int(pids.read_text()))


def test_a_listener_that_raises_ends_the_program(tmp_path: Path) -> None:
    pids = tmp_path / "pids"

    def stop(_line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        process.run(["sh", "-c", f"echo $$ >{pids}; echo go; sleep 60"], on_stdout=stop)
    assert group_is_gone(int(pids.read_text()))


def test_a_daemon_that_holds_the_pipes_is_not_waited_for() -> None:
    began = time.monotonic()
    done = process.run(["sh", "-c", "sleep 60 & echo done"], grace_s=0.2)
    assert done.stdout == "done\n"
    assert time.monotonic() - began < 10


def test_missing_program_names_its_package() -> None:
    error = process.MissingToolError("qemu-system-mipsel")
    assert "apt install qemu-system-mips" in str(error)
    with pytest.raises(ConfigurationError, match="no-such-program is not installed"):
        process.run(["no-such-program"])


def test_environment_is_the_whole_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LG_TEST", "seen")
    assert process.run(["sh", "-c", "echo $LG_TEST"]).stdout == "seen\n"
    assert process.run(["sh", "-c", "echo $LG_TEST"], env={"PATH": "/bin"}).stdout == "\n"
    changed = process.environment(LG_TEST=None, OTHER="x")
    assert "LG_TEST" not in changed
    assert changed["OTHER"] == "x"


def test_background_child_on_a_terminal_is_stopped_at_the_end() -> None:
    with process.Child(["sh", "-c", "read word; echo got $word; sleep 60"], pty=True) as child:
        assert child.terminal is not None
        os.write(child.terminal, b"hello\n")
        seen = b""
        while b"got hello" not in seen:
            seen += os.read(child.terminal, 1024)
        assert child.poll() is None
    assert child.poll() == -signal.SIGTERM
    assert group_is_gone(child.pid)


def test_a_program_that_has_much_to_say_at_its_end_is_heard_out(tmp_path: Path) -> None:
    """Seen: Nix did not end, for nobody read what it said, and was killed before it had cleared up."""
    mark = tmp_path / "mark"
    script = (
        f"trap 'head -c 1000000 /dev/zero; rm {mark}; exit' TERM; touch {mark}; sleep 60 & wait"
    )

    def pieces() -> Iterator[bytes]:
        while not mark.exists():
            yield b"\n"
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        process.run(["sh", "-c", script], input=pieces(), grace_s=20)
    assert not mark.exists()
    assert time.monotonic() - began < 15


def test_a_program_that_says_too_much_is_stopped() -> None:
    with pytest.raises(process.OutputLimitError, match="wrote more than 1000000 bytes"):
        process.run(["yes"], limit_bytes=1_000_000)


def test_time_is_counted_from_the_last_input_that_was_taken() -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(4):
            time.sleep(0.2)
            yield bytes(100_000)

    assert process.run(["wc", "-c"], input=pieces(), timeout_s=0.6).stdout.strip() == "400000"
    with pytest.raises(process.CommandTimeoutError):
        process.run(["sleep", "60"], input=(bytes(100_000) for _ in range(4)), timeout_s=0.6)


def test_what_is_left_goes_on(tmp_path: Path) -> None:
    process.leave(["sh", "-c", f"sleep 0.3; touch {tmp_path}/done"])
    process.stop_all()
    deadline = time.monotonic() + 20
    while not (tmp_path / "done").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (tmp_path / "done").exists()


def test_stop_all_ends_every_child() -> None:
    child = process.Child(["sleep", "60"])
    process.stop_all()
    assert child.poll() is not None


def test_termination_counts_as_an_interrupt() -> None:
    before = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGHUP)]
    try:
        process.interrupt_on_termination()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
    finally:
        for one, handler in zip((signal.SIGTERM, signal.SIGHUP), before, strict=True):
            signal.signal(one, handler)


def test_errors_are_of_our_tree() -> None:
    assert issubclass(process.CommandError, LiminixGenError)
    assert (
        process.CommandError.exit_code == ConfigurationError.exit_code
    )  # no fault of this program
