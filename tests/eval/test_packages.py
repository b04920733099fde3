"""Names of packages on the nixpkgs set: only a nixpkgs knows them, so one that is at hand is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import run

CONFIG = """\
from liminix_gen import System
config = System(device="qemu-mipsel")
config.packages = ["iproute2", {}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nixpkgs/lib").mkdir(parents=True)
    (tmp_path / "nixpkgs/lib/default.nix").write_text(
        '{ version = "26.05.1"; trivial.release = "26.05"; }'
    )
    names = ("iproute2", "strace", "busybox", "execline", "s6", "dropbear")
    packages = " ".join(f"{name} = null;" for name in names)
    (tmp_path / "nixpkgs/default.nix").write_text(f"{{ config, overlays }}: {{ {packages} }}")
    return tmp_path


@pytest.mark.parametrize("command", ["check", "emit"])
def test_a_name_that_nixpkgs_lacks(folder: Path, command: str) -> None:
    options = ("--package-set", "nixpkgs", "--nixpkgs", "nixpkgs")
    (folder / "router.py").write_text(CONFIG.format("'strase'"))
    done = run(command, "router.py", *options, cwd=folder, code=2)
    assert "router.py:3: nixpkgs (26.05.1) has no package 'strase'" in done.stderr
    assert "hint: did you mean strace" in done.stderr
    (folder / "router.py").write_text(CONFIG.format("'strace'"))
    run(command, "router.py", *options, cwd=folder)


def test_without_a_nixpkgs_it_is_said_that_nobody_looked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "router.py").write_text(CONFIG.format("'strase'"))
    done = run(
        "check", "router.py", "--package-set", "nixpkgs", "--nixpkgs", "none", cwd=folder, code=2
    )
    assert "none: is not a nixpkgs" in done.stderr
    monkeypatch.setenv("NIX_PATH", "")
    done = run("check", "router.py", "--package-set", "nixpkgs", cwd=folder)
    assert "names were not looked up: no nixpkgs was found" in done.stderr
    monkeypatch.setenv("NIX_PATH", f"nixpkgs={folder / 'nixpkgs'}")
    done = run("check", "router.py", "--package-set", "nixpkgs", cwd=folder, code=2)
    assert "has no package 'strase'" in done.stderr
