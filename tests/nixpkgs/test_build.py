"""`liminix-gen build` with nixpkgs: what is said before anything is evaluated or built."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen.process import CommandError
from tests.support.command_line import run
from tests.support.derivations import instantiate
from tests.support.emission import HELLO

if TYPE_CHECKING:
    from collections.abc import Mapping

OLD = '(import @nixpkgs@/lib) // { version = "24.05.1"; trivial.release = "24.05"; }\n'
BUILD = ("build", "router.py", "--package-set", "nixpkgs")


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nixpkgs: Path) -> Path:
    """A configuration in a folder, and no nixpkgs but what a test gives."""
    del nixpkgs  # asked for, to skip without one
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NIX_PATH", "")
    (tmp_path / "router.py").write_text(HELLO)
    return tmp_path / "router.py"


@pytest.fixture
def old(tmp_path: Path, nixpkgs: Path) -> Path:
    """A nixpkgs that says of itself that it is old."""
    (tmp_path / "old" / "lib").mkdir(parents=True)
    text = OLD.replace("@nixpkgs@", str(nixpkgs))
    (tmp_path / "old" / "lib" / "default.nix").write_text(text)
    return tmp_path / "old"


def test_without_a_nixpkgs(tmp_path: Path) -> None:
    told = run(*BUILD, cwd=tmp_path, code=2).stderr
    assert "no nixpkgs was found" in told
    assert "give one with --nixpkgs DIR, or build with --package-set debian" in told
    # A board that Debian cannot serve has one way out only.
    (tmp_path / "router.py").write_text(HELLO.replace("qemu-mipsel", "qemu"))
    told = run(*BUILD, cwd=tmp_path, code=2).stderr
    assert "give one with --nixpkgs DIR" in told
    assert "--package-set debian" not in told


def test_an_old_nixpkgs(tmp_path: Path, old: Path) -> None:
    told = run(*BUILD, "--nixpkgs", old, cwd=tmp_path, code=2).stderr
    assert "old: this nixpkgs is 24.05.1, which is too old\n  26.05 or later is needed" in told


def test_a_folder_that_is_no_nixpkgs(tmp_path: Path) -> None:
    told = run(*BUILD, "--nixpkgs", ".", cwd=tmp_path, code=2).stderr
    assert ".: is not a nixpkgs" in told


def test_a_package_that_nixpkgs_lacks(configuration: Path, tmp_path: Path, nixpkgs: Path) -> None:
    with configuration.open("a") as file:
        file.write('config.packages = ["hostapdd"]\n')
    line = len(configuration.read_text().splitlines())
    told = run(*BUILD, "--nixpkgs", nixpkgs, cwd=tmp_path, code=2).stderr
    assert f"router.py:{line}: nixpkgs (" in told
    assert "has no package 'hostapdd'" in told
    assert "hint: did you mean hostapd" in told


def test_the_tree_alone_says_so_too(tmp_path: Path, old: Path, env: Mapping[str, str]) -> None:
    """Where somebody builds a tree without us."""
    run("emit", "router.py", "--package-set", "nixpkgs", "-o", "tree", cwd=tmp_path)
    assert not (tmp_path / "router.lock").exists()
    with pytest.raises(CommandError) as raised:
        instantiate(tmp_path / "tree", old, env, "outputs.default")
    assert "this nixpkgs is 24.05; 26.05 or later is needed" in raised.value.completed.stderr
