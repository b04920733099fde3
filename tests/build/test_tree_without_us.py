"""An emitted tree, copied elsewhere: built by its fetch.sh and Nix alone.

It is that of tests/boot, whose kernel has to be compiled anyhow.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from tests.support.emission import instantiated
from tests.support.installed import MODULES, ROUTER
from tests.support.reaching import liminix_gen

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy, with nothing of the configuration beside it."""
    original = tmp_path / "original"
    words = liminix_gen("emit", ROUTER, "--modules", MODULES, "-o", original)
    process.run(words, timeout_s=300)
    return Path(shutil.copytree(original, tmp_path / "copy" / "router"))


@pytest.fixture
def env(tree: Path) -> Mapping[str, str]:
    """The environment of a machine without us; the store may be a private one of the test's."""
    env = {"HOME": str(tree.parent), "NIX_USER_CONF_FILES": str(tree / "nix.conf"), "PATH": PATH}
    return env | {name: os.environ[name] for name in ("NIX_REMOTE",) if name in os.environ}


def options() -> list[str]:
    """What nix.conf of a tree says that root without a daemon has to add."""
    return ["--option", "build-users-group", ""] if os.geteuid() == 0 else []


def test_we_are_not_there(env: Mapping[str, str]) -> None:
    assert shutil.which("liminix-gen", path=env["PATH"]) is None
    python = ["python3", "-c", "import liminix_gen"]
    assert process.run(python, env=env, cwd=Path("/"), check=False).returncode == 1


def test_it_says_the_same_derivations(tree: Path, env: Mapping[str, str]) -> None:
    ours = instantiated(tree.parent.parent / "original", "outputs.default", "kernel")
    command = ["nix-instantiate", *options(), "-A", "outputs.default", "-A", "kernel"]
    theirs = process.run(command, cwd=tree, env=env).stdout.split()
    assert theirs == list(ours.values())


def test_it_builds(tree: Path, env: Mapping[str, str]) -> None:
    """Builds the kernel, unless it is there."""
    process.run([tree / "fetch.sh"], cwd=tree, env=env, timeout_s=900)
    command = ["nix-build", *options(), "-A", "outputs.default"]
    process.run(command, cwd=tree, env=env, timeout_s=3000)
    built = {path.name for path in (tree / "result").iterdir()}
    assert built == {"closure.json", "command-line", "kernel", "machine.json", "rootfs", "run.sh"}
    assert (tree / "result" / "rootfs").read_bytes()[:4] == b"hsqs"
    assert os.access(tree / "result" / "run.sh", os.X_OK)
