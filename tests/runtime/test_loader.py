"""kernel-modules.sh without a kernel: it never waits for one that does not end.

Seen: `services stop modules.firewall` hung in rmmod for more than a minute, in 2 of 16 boots; in 24 further ones it did
not. What of the path has no end in Linux 6.12 is nf_conntrack_cleanup_net_list() (net/netfilter/nf_conntrack_core.c):
it goes round until no packet refers to a connection, and cannot be killed. The same loop would make a shutdown late.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from tests.runtime.router import ROOT

SCRIPT = ROOT / "templates/nix/lib/kernel/kernel-modules.sh"
# For insmod and rmmod: `sys` is in the place of /sys/module. What is called stuck goes on being removed.
TOOLS = {
    "insmod": 'name=${1##*/}; name=${name%.ko}; mkdir -p "$sys/$name"; echo live >"$sys/$name/initstate"',
    "rmmod": (
        'for name; do if [ "$name" = stuck ]; then echo going >"$sys/stuck/initstate"; exec sleep 60; fi; '
        'rm -r "${sys:?}/$name"; done'
    ),
}


class Board:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sys = folder / "sys"
        self.run = folder / "run"
        self.objects = folder / "objects"
        (folder / "bin").mkdir()
        self.sys.mkdir()
        (self.run / "services").mkdir(parents=True)
        self.objects.mkdir()
        for name, text in TOOLS.items():
            (folder / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / "bin" / name).chmod(0o755)
        script = SCRIPT.read_text()
        for old, new in {
            "/sys/module": str(self.sys),
            "/run/": f"{self.run}/",
            "-gt 150": "-gt 5",  # a second instead of half a minute
        }.items():
            assert old in script
            script = script.replace(old, new)
        self.script = folder / "script"
        self.script.write_text(script)

    def call(self, action: str, *names: str) -> str:
        (self.objects / "order").write_text("".join(f"{name} {name}.ko\n" for name in names))
        environment = {"PATH": f"{self.folder}/bin:/usr/bin:/bin", "sys": str(self.sys)}
        done = subprocess.run(
            ["busybox", "sh", self.script, action, self.objects, "modules.x"],
            env=environment, capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stderr

    @property
    def loaded(self) -> set[str]:
        return {folder.name for folder in self.sys.iterdir()}


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path)


def test_all_go_in_reverse(board: Board) -> None:
    board.call("up", "a", "b")
    assert board.loaded == {"a", "b"}
    assert board.call("down", "a", "b") == ""
    assert board.loaded == set()


def test_one_that_the_kernel_does_not_let_go_ends_nothing(board: Board) -> None:
    modules = ("a", "stuck", "c")
    board.call("up", *modules)
    begin = time.monotonic()
    assert board.call("down", *modules) == "modules.x: stuck is in use, and goes when it is not\n"
    assert time.monotonic() - begin < 15
    # Nothing more is removed behind the back of who comes next.
    assert board.loaded == {"a", "stuck"}


def test_one_that_is_going_is_loaded_anew(board: Board) -> None:
    (board.sys / "a").mkdir()
    (board.sys / "a" / "initstate").write_text("going\n")
    board.call("up", "a")
    assert (board.sys / "a" / "initstate").read_text() == "live\n"


def test_a_shutdown_leaves_them_to_the_end(board: Board) -> None:
    board.call("up", "a", "stuck")
    (board.run / "services" / "shutdown").write_text("reboot\n")
    assert board.call("down", "a", "stuck") == ""
    assert board.loaded == {"a", "stuck"}
