"""Mistakes on a terminal: the source's line, and a mark below what is meant."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from liminix_gen.cli.problems import shown
from liminix_gen.errors import Problem, Where
from tests.support.command_line import PROGRAM

CONFIG = """\
from liminix_gen import System

config = System(device="qemu-mipsel", hostname="r")
config.services["lan"] = config.service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet", adress="192.168.19.1", prefix_length=240,
)
"""


def on_terminal(folder: Path, **environ: str) -> list[str]:
    """Return what `check` writes to a terminal as its standard error."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [PROGRAM, "check", "router.py", "--package-set", "nixpkgs"],
        cwd=folder,
        stderr=theirs,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "200", **environ},
    ) as child:
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # its last end is closed
                break
            if not piece:
                break
            said += piece
        child.wait()
    os.close(ours)
    assert child.returncode == 2
    return said.decode().replace("\r\n", "\n").splitlines()


def test_the_argument_is_marked_below_its_line(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(CONFIG)
    lines = on_terminal(tmp_path, TERM="dumb", NO_COLOR="1")
    at = lines.index("router.py:6: network.address has no parameter 'adress'")
    assert lines[at + 1 : at + 4] == [
        '    6 |     family="inet", adress="192.168.19.1", prefix_length=240,',
        "      |                    ^^^^^^^^^^^^^^^^^^^^^",
        "  hint: did you mean address?",
    ]
    # Two mistakes of one kind.
    assert [line for line in lines if "explain" in line] == [
        "  more: liminix-gen explain configuration"
    ]
    assert lines[-1].startswith("  more:")


def test_colours_are_for_terminals_that_have_them(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(CONFIG)
    red = "\x1b[1;31mnetwork.address has no parameter 'adress'\x1b[0m"
    assert red in "\n".join(on_terminal(tmp_path, TERM="xterm", NO_COLOR=""))
    assert "\x1b[1;31m" not in "\n".join(on_terminal(tmp_path, TERM="xterm", NO_COLOR="1"))


@pytest.mark.parametrize(
    "row",
    [
        ("x = 1", (), "something is wrong", "^^^^^"),
        ("  x = yes", (), "there is no 'yes'", "      ^^^"),
        ("\tx = yes", (), "there is no 'yes'", "\t    ^^^"),
        ("a = 'é'; b = 'c'", (10, 17), "b is wrong", "         ^^^^^^^"),
    ],
)
def test_what_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: tuple[str, tuple[int, ...], str, str]
) -> None:
    source, columns, what, marks = row
    monkeypatch.setenv("NO_COLOR", "1")
    (tmp_path / "a.py").write_text(f"{source}\n")
    lines = shown(Problem(Where(tmp_path / "a.py", 1, columns), what)).splitlines()
    assert lines[1:] == [f"    1 | {source}", f"      | {marks}"]


def test_a_file_that_is_gone_and_escapes_in_one_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    gone = Problem(Where(tmp_path / "gone.py", 3), "it is wrong", "because", "do this")
    assert shown(gone) == str(gone)
    (tmp_path / "a.py").write_text("x = '\x1b[2J'\n")
    assert "\x1b" not in shown(Problem(Where(tmp_path / "a.py", 1), "it is wrong"))
