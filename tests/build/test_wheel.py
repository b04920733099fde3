"""The wheel, installed in an empty environment, without the checkout."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from liminix_gen import process
from tests.support.command_line import contents, run
from tests.support.emission import HELLO, ROOT, lock_file

SHIPPED = (
    "devices",
    "docs/proof.json",
    "modules",
    "outputs",
    "packages",
    "templates/flake/router.py",
    "templates/nix",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    process.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], cwd=folder)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tool, installed with what it needs and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    process.run([sys.executable, "-m", "venv", folder])
    pip = [folder / "bin" / "pip", "--disable-pip-version-check", "-q"]
    process.run([*pip, "install", wheel], cwd=folder)
    return folder / "bin" / "liminix-gen"


def test_the_wheel_holds_what_the_tool_reads(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}
    tracked = process.run(["git", "ls-files", *SHIPPED], cwd=ROOT).stdout.split()
    shared = {name.partition("/share/")[2] for name in names if "/share/" in name}
    assert shared == set(tracked)
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    assert "liminix_gen/py.typed" in names
    assert {name.split("/")[0] for name in names} <= {
        "liminix_gen",
        wheel.name.partition("-py3")[0] + ".dist-info",
    }


def test_it_emits_what_the_checkout_emits(program: Path, tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(HELLO)
    shutil.copy(lock_file(), tmp_path / "router.lock")
    run("emit", "router.py", "-o", "here", cwd=tmp_path)
    run("emit", "router.py", "-o", "there", cwd=tmp_path, program=program)
    assert contents(tmp_path / "there") == contents(tmp_path / "here")
    run("emit", "router.py", "--check", "here", cwd=tmp_path, program=program)


@pytest.mark.parametrize("command", ["services", "devices"])
def test_it_lists_what_the_checkout_lists(program: Path, tmp_path: Path, command: str) -> None:
    found = run(command, "--json", cwd=tmp_path, program=program).stdout
    assert found == run(command, "--json", cwd=tmp_path).stdout
    assert "qemu-mipsel" in found or "network.address" in found


def test_it_starts_from_nothing(program: Path, tmp_path: Path) -> None:
    run("init", "first.py", cwd=tmp_path, program=program)
    assert run("check", "first.py", cwd=tmp_path, program=program).returncode == 0
