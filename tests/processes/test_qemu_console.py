"""The console, against a real shell on a terminal that stands for a guest's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.errors import RunError
from liminix_gen.qemu.console import Console
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["sh", "busybox sh"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Console]:
    """The console of an interactive shell with an odd prompt."""
    # Ctrl-C is for who has the terminal.
    words = ("setsid", "--ctty", "--wait", *str(request.param).split())
    environment = {"PATH": "/usr/bin:/bin", "PS1": "(@ # ", "TERM": "linux"}
    with Loop() as loop, process.Child((*words, "-i"), env=environment, pty=True) as child:
        assert child.terminal is not None
        # The console closes its descriptor, and so does the child.
        terminal = child.terminal
        child.terminal = None
        console = Console(terminal, loop, log=tmp_path / "log")
        yield console
        console.close()


def say(text: str, *, then: str = "") -> tuple[str, ...]:
    """A guest that prints text, and then runs a command."""
    return ("sh", "-c", f"printf %b '{text}'; {then}")


def test_a_command_gives_status_and_output(shell: Console) -> None:
    shell.wait_for_shell(20)
    assert shell.run("echo one; echo two >&2; (exit 3)").text == "one\ntwo"
    assert shell.run("(exit 3)").status == 3
    assert shell.run("exit 4").status == 4
    assert shell.run("printf no-newline").text == "no-newline"
    assert shell.run("true").text == ""
    assert shell.run("cat").text == ""  # no command eats the input of the next
    assert shell.run("echo '(@ # '\"it's\"").text == "(@ # it's"
    assert shell.check("printf '1\\n\\n2\\n'") == "1\n\n2"


def test_a_line_that_lost_a_character_holds_no_one_up(shell: Console) -> None:
    shell.wait_for_shell(20)
    for half in ("echo '", "echo \"it's", "echo $(echo '"):
        shell.send(half)
        shell.wait_for_shell(20)
        assert shell.run("echo one").text == "one"


def test_lines_of_others_are_not_output(shell: Console) -> None:
    shell.wait_for_shell(20)
    noisy = "echo wanted; echo '[    1.0] kernel: noise' >/proc/$$/fd/1; echo too"
    assert shell.run(noisy).text == "wanted\ntoo"
    assert "noise" in shell.text


def test_a_failing_command_is_told_with_its_output(shell: Console) -> None:
    shell.wait_for_shell(20)
    with pytest.raises(RunError, match=r"ended with 1: cannot"):
        shell.check("echo cannot; false")


def test_a_line_that_the_shell_would_cut_is_refused(shell: Console) -> None:
    with pytest.raises(ValueError, match="too long"):
        shell.run("x" * 1000)


def test_everything_is_kept_in_the_log(shell: Console, tmp_path: Path) -> None:
    shell.wait_for_shell(20)
    shell.run("echo kept")
    assert b"kept" in (tmp_path / "log").read_bytes()


def test_waiting_goes_on_after_the_last_match() -> None:
    with Loop() as loop, Guest(say("a1\\na2\\na3\\n", then="sleep 60"), loop) as guest:
        assert guest.console.wait_for(r"a\d", 10).group() == "a1"
        assert guest.console.wait_for(r"^a\d\n", 10).group() == "a2\n"
        with pytest.raises(RunError, match=r"did not say /b/ within 0\.2 s"):
            guest.console.wait_for("b", 0.2)


@pytest.mark.parametrize(
    "last",
    [
        "Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000a",
        "VFS: Unable to mount root fs on unknown-block(254,0)",
    ],
)
def test_a_panic_ends_the_wait_at_once(last: str) -> None:
    command = say(f"booting\\n{last}\\n", then="sleep 60")
    with (
        Loop() as loop,
        Guest(command, loop) as guest,
        pytest.raises(RunError, match="kernel failed") as caught,
    ):
        guest.console.wait_for("ready", 30)
    assert last in str(caught.value)


def test_a_guest_without_end_is_not_listened_to_for_ever() -> None:
    with Loop() as loop, Guest(("sh", "-c", "exec yes '\033[2J\u202e'"), loop) as guest:
        with pytest.raises(RunError, match="the guest says too much, and not /never/") as caught:
            guest.console.wait_for("never", 60)
        assert len(guest.console.text) < 10_000_000
    assert all(line.isprintable() for line in str(caught.value).split("\n"))


def test_what_is_printed_of_a_guest_is_printable() -> None:
    text = "liminix-gen: all services ready\\007\\033]0;title\\007\\n"
    with Loop() as loop, Guest(say(text, then="sleep 60"), loop) as guest:
        assert guest.wait_until_ready(20) == (
            r"liminix-gen: all services ready\x07\x1b]0;title\x07"
        )


def test_the_end_of_the_guest_ends_the_wait() -> None:
    with Loop() as loop, Guest(say("half a li", then="exit 1"), loop) as guest:
        with pytest.raises(RunError, match=r"(?s)QEMU ended before.*half a li"):
            guest.console.wait_for("ready", 30)
        with pytest.raises(RunError, match="exit code 1"):
            guest.wait_for_end(5)


def test_readiness_and_orderly_end() -> None:
    ready = "noise\\nliminix-gen: all services ready (3) after 5.0 s\\n"
    answer = 'while read -r line; do case $line in poweroff) exit 0;; esac; eval "$line"; done'
    with Loop() as loop, Guest(("sh", "-c", f"printf '{ready}'; {answer}"), loop) as guest:
        line = guest.wait_until_ready(10)
        assert line == "liminix-gen: all services ready (3) after 5.0 s"
        guest.power_off(20)


def test_services_that_failed_are_listed() -> None:
    ready = "liminix-gen: 2 of 3 services ready after 9.0 s, the others failed"
    answer = 'services() { echo "dns failed"; }; while read -r line; do eval "$line"; done'
    expected = r"^2 of 3 services ready(?s:.*)\n  dns failed$"
    with (
        Loop() as loop,
        Guest(("sh", "-c", f"echo '{ready}'; {answer}"), loop) as guest,
        pytest.raises(RunError, match=expected),
    ):
        guest.wait_until_ready(20)


def test_sequences_for_the_screen_are_not_text() -> None:
    with (
        Loop() as loop,
        Guest(say("\\033[1;3", then="sleep 0.1; printf '2mgreen\\033[0m\\r\\n'"), loop) as guest,
    ):
        assert guest.console.wait_for(r"^.*\n", 10).group() == "green\n"


def test_the_guest_ends_when_this_process_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from liminix_gen.qemu.guest import Guest\n"
        "from liminix_gen.qemu.loop import Loop\n"
        "loop = Loop()\n"
        "guest = Guest(('sh', '-c', 'echo $$ >' + sys.argv[1] + '; exec sleep 1000'), loop)\n"
        "loop.until(lambda: os.path.exists(sys.argv[1]) and os.path.getsize(sys.argv[1]) > 0, 20)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    file = tmp_path / "pid"
    process.run((sys.executable, "-c", script, str(file)), check=False, timeout_s=30)
    state = Path("/proc", file.read_text().strip(), "stat")
    with Loop() as loop:
        assert loop.until(lambda: not state.exists() or ") Z " in state.read_text(), 10)


def test_leaving_the_block_ends_the_guest() -> None:
    with Loop() as loop, Guest(("sleep", "1000"), loop) as guest:
        pass
    assert guest._child.poll() is not None
