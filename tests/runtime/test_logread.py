"""`logread` prints what s6-log keeps: in order, whole, harmless, and without a gap while it follows.

Of the same kind, tried here: a file that s6-log has just begun, several begun between two looks, a
line that is half written, control characters that a stranger had logged, a limit of none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent.parent / "packages" / "logread" / "main.c"
STAMP = "2026-11-29 15:48:43.918832050  "
SANITIZERS = "-fsanitize=address,undefined -fno-sanitize-recover=all -g -std=c11 -D_GNU_SOURCE"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("logread") / "logread"
    subprocess.run(["gcc", *SANITIZERS.split(), SOURCE, "-o", program], check=True)
    return program


@pytest.fixture
def logread(program: Path, tmp_path: Path) -> Callable[..., list[str]]:
    def run(*options: str) -> list[str]:
        done = subprocess.run(
            [program, *options],
            env={"LOG_DIRECTORY": str(tmp_path)},
            stdout=subprocess.PIPE,
            check=True,
            timeout=60,
        )
        return done.stdout.decode(errors="replace").splitlines()

    return run


def test_the_files_come_in_order_and_stamps_are_short(
    logread: Callable[..., list[str]], tmp_path: Path
) -> None:
    (tmp_path / "current").write_text(f"{STAMP}last\n")
    (tmp_path / "@400000006a000002.s").write_text(f"{STAMP}second\n")
    (tmp_path / "@400000006a000001.u").write_text(f"{STAMP}<6>[    0.000000] first\n")
    (tmp_path / "lock").write_text("")
    (tmp_path / "state").write_text("no log")
    stamp = "2026-11-29 15:48:43 "
    assert logread() == [f"{stamp}kernel: [    0.000000] first", f"{stamp}second", f"{stamp}last"]
    assert logread("-l", "1") == [f"{stamp}last"]
    assert logread("-l", "0") == []
    assert logread("-l", "9", "-e", "kernel|last") == [logread()[0], logread()[2]]
    assert logread("-e", "^second") == []


@pytest.mark.parametrize("line", ["\x1b]0;title\x07", "\x1b[2J", "a\rb", "\x7f", "\0"])
def test_what_is_logged_does_nothing_to_the_terminal(
    logread: Callable[..., list[str]], tmp_path: Path, line: str
) -> None:
    (tmp_path / "current").write_text(f"{STAMP}x{line}y\n{STAMP}ü\tz\n", newline="\n")
    shown, last = logread()
    assert shown.isprintable()
    assert last == "2026-11-29 15:48:43 ü\tz"


@pytest.mark.parametrize("text", ["", "x", "<", "<6>", "<6", STAMP, STAMP[:20], "2026-\n\n<1>\n"])
def test_no_line_is_a_surprise(
    logread: Callable[..., list[str]], tmp_path: Path, text: str
) -> None:
    (tmp_path / "current").write_text(f"{text}\n")
    assert len(logread()) == text.count("\n") + 1


def test_wrong_use_is_said(program: Path, tmp_path: Path) -> None:
    def run(*options: str, log: Path = tmp_path) -> tuple[int, str]:
        done = subprocess.run(
            [program, *options],
            env={"LOG_DIRECTORY": str(log)},
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr

    assert run(log=tmp_path / "absent") == (1, "logread: the log: No such file or directory\n")
    assert run("-e", "(") == (2, "logread: not a regular expression: (\n")
    for words in (("-x",), ("dns",), ("-l", "-1"), ("-l", "many")):
        code, said = run(*words)
        assert (code, "usage: logread" in said) == (2, True), words


@pytest.fixture
def logger(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """An s6-log whose files are so small that it begins another one all the time."""
    if shutil.which("s6-log") is None:
        pytest.skip("s6-log is not installed")
    command = ["s6-log", "-b", "--", "T", "n900", "s4096", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def test_it_follows_without_a_gap(
    program: Path, logger: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    assert logger.stdin is not None
    logger.stdin.write(b"begin\n")
    logger.stdin.flush()
    with subprocess.Popen(
        [program, "-f"],
        env={"LOG_DIRECTORY": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as follower:
        assert follower.stdout is not None
        assert follower.stdout.readline().endswith(" begin\n")
        for number in range(6000):
            os.write(logger.stdin.fileno(), f"line {number}\n".encode())
        seen = [follower.stdout.readline().rpartition(" ")[2] for _ in range(6000)]
        follower.terminate()
    assert seen == [f"{number}\n" for number in range(6000)]
    assert len(list(tmp_path.glob("@*"))) > 3
