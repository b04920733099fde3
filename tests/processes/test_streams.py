"""The streams, folders and terminal of the command line, and what a configuration does to them.

Members: standard output on a full disk, closed, or with a reader that has gone; standard error
closed or full; both and input closed; a folder that is gone; no home, cache or temporary folder;
an ASCII locale; any COLUMNS; a configuration that prints (also from another program), goes to
another folder, closes a stream or every file, or ends the program.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.command_line import PROGRAM, run

GOOD = 'from liminix_gen import System\nconfig = System(device="qemu-mipsel")\n'
NOISY = """
import os, sys
print("printed")
os.system("echo said by another")
sys.stdout.write("no end of line")
os.write(1, b"written")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "bad.py").write_text(f"{GOOD}config.state = 3\n")
    return tmp_path


def shell(folder: Path, command: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell, in which $L is liminix-gen."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "L": str(PROGRAM), **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ("$L services > /dev/full", 2, b"liminix-gen: No space left on device\n"),
        ("$L check good.py --json > /dev/full", 2, b"No space left on device\n"),
        ("$L --help > /dev/full", 2, b"No space left on device\n"),
        ("$L services >&-", 0, b""),
        ("$L check bad.py >&-", 2, b"bad.py:3: config.state must be"),
        ("$L services 2>&- | grep -q dnsmasq", 0, b""),
        ("$L check bad.py 2>&-", 2, b""),
        ("$L check bad.py 2> /dev/full", 2, b""),
        ("$L check good.py <&- >&- 2>&-", 0, b""),
        ("$L emit good.py --package-set nixpkgs <&- >&- 2>&-; cat good-tree/manifest.json", 0, b""),
        ("$L services | true", 0, b""),
        ("mkdir x; cd x; rmdir ../x; $L check ../good.py", 2, b"No such file or directory"),
        ("mkdir x; cd x; rmdir ../x; $L emit ../good.py", 2, b"No such file or directory"),
        ("mkdir x; cd x; rmdir ../x; $L init", 2, b"No such file or directory"),
        ("cd /; D=$OLDPWD; $L check $D/good.py", 0, b""),
    ],
)
def test_streams(folder: Path, command: str, code: int, message: bytes) -> None:
    done = shell(folder, command)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize("columns", ["1", "0", "-5", "wide", "9" * 30])
@pytest.mark.parametrize("command", ["--help", "check --help", "services ssh", "check --bad"])
def test_any_width(folder: Path, columns: str, command: str) -> None:
    done = shell(folder, f"$L {command}", COLUMNS=columns, LINES=columns, TERM="xterm")
    assert done.returncode in {0, 2}
    assert b"Traceback" not in done.stderr


def test_an_ascii_locale(folder: Path) -> None:
    (folder / "bad.py").write_text("raise Exception('\u00fc\\ud800')", encoding="utf-8")
    done = shell(
        folder, "$L check bad.py; $L services", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0"
    )
    assert b"bad.py:1: Exception: " in done.stderr
    assert b"Traceback" not in done.stderr


def test_no_home_and_no_temporary_folder(folder: Path) -> None:
    nowhere = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME"), "/proc/nowhere")
    done = shell(folder, "$L emit good.py --package-set nixpkgs", **nowhere)
    assert done.returncode == 0, done.stderr


def test_what_a_configuration_prints_is_no_result(folder: Path) -> None:
    (folder / "good.py").write_text(GOOD + NOISY)
    done = run("check", "good.py", "--json", cwd=folder)
    assert json.loads(done.stdout)["problems"] == []
    for text in ("printed", "said by another", "no end of line", "written"):
        assert text in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "-h"], ["services"]])
def test_a_reader_that_has_gone_before_the_first_word(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    for stderr in (subprocess.PIPE, writer):
        command = [PROGRAM, *arguments]
        done = subprocess.run(command, stdout=writer, stderr=stderr, check=False)
        assert done.returncode == 0
        assert not done.stderr
    os.close(writer)


def test_wrong_usage_that_nobody_hears_of() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    assert subprocess.run([PROGRAM, "--bad"], stderr=writer, check=False).returncode == 2
    os.close(writer)


@pytest.mark.parametrize(
    "left",
    [
        "import os; os.fork()",
        "import os; os.fork() or os.abort()",
        "import os\nif not os.fork(): raise ValueError",
        "import sys, os\nif not os.fork(): sys.exit('gone')",
        "import atexit; atexit.register(lambda: print('BYE'))",
        "import atexit, time; atexit.register(lambda: time.sleep(600))",
        "import atexit, os; atexit.register(lambda: os._exit(7))",
        "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()",
    ],
)
def test_what_a_configuration_leaves_behind_says_nothing_and_holds_nothing(
    folder: Path, left: str
) -> None:
    (folder / "good.py").write_text(f"{GOOD}{left}\n")
    done = run("check", "good.py", "--json", "--package-set", "nixpkgs", cwd=folder, timeout_s=60)
    assert json.loads(done.stdout)["problems"] == []
    assert "BYE" not in done.stderr


def test_a_child_of_a_configuration_ends_with_what_it_says(folder: Path) -> None:
    text = "import os, sys\nif not os.fork(): sys.exit(3)\nassert os.wait()[1] == 3 << 8\n"
    (folder / "good.py").write_text(GOOD + text)
    run("check", "good.py", cwd=folder)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("import os; os.chdir('/')", 0),
        ("import sys; sys.setrecursionlimit(120)", 0),
        ("import sys; sys.stdout.close()", 0),
        ("import os; os.close(1); os.close(2)", 0),
        ("import os; os.closerange(0, 3)", 0),
        ("raise KeyboardInterrupt", 130),
        ("import sys; sys.exit()", 2),
        ("import sys; sys.excepthook = None; 1 / 0", 2),
        ("import sys; sys.stdout = sys.stderr = None", 0),
    ],
)
def test_what_a_configuration_does_to_the_program(folder: Path, text: str, code: int) -> None:
    (folder / "good.py").write_text(f"{GOOD}{text}\n")
    done = run("emit", "good.py", "--package-set", "nixpkgs", cwd=folder, code=code)
    assert (folder / "good-tree/default.nix").is_file() == (code == 0)
    assert done.stdout.startswith("good-tree: ") == (code == 0)
