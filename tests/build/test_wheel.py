"""The wheel, installed in an empty environment, without the checkout."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from liminix_gen import process
from tests.support.command_line import contents, run
from tests.support.emission import HELLO, ROOT, lock_file

SHIPPED = (
    "devices",
    "docs/errors.md",
    "docs/proof.json",
    "docs/added-sizes.json",
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
    shared = {name.partition("/share/")[2] for name in names if "gen/share/" in name}
    assert shared == set(tracked)
    beside = {name.partition("/data/")[2] for name in names if ".data/data/" in name}
    assert beside == set(process.run(["git", "ls-files", "share"], cwd=ROOT).stdout.split())
    assert "liminix_gen/editor.pyi" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    assert "liminix_gen/py.typed" in names
    assert {name.split("/")[0] for name in names} <= {
        "liminix_gen",
        wheel.name.partition("-py3")[0] + ".dist-info",
        wheel.name.partition("-py3")[0] + ".data",
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


def test_its_pages_and_completions_are_where_they_are_looked_for(program: Path) -> None:
    share = program.parents[1] / "share"
    assert (share / "man/man1/liminix-gen-build.1").is_file()
    assert (share / "bash-completion/completions/liminix-gen").is_file()


def test_an_editor_knows_the_types_of_what_is_installed(program: Path, tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(HELLO.replace("prefix_length", "prefix_lenght"))
    words = [Path(sys.executable).with_name("basedpyright"), "--outputjson", "--level", "error"]
    words += ["--pythonpath", program.with_name("python"), tmp_path / "router.py"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    said = [one["message"] for one in json.loads(done.stdout)["generalDiagnostics"]]
    assert 'No parameter named "prefix_lenght"' in said


@pytest.fixture(scope="module")
def installers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of pipx, uv and pip."""
    folder = tmp_path_factory.mktemp("installers")
    process.run([sys.executable, "-m", "venv", folder])
    process.run([folder / "bin/pip", "--disable-pip-version-check", "-q", "install", "pipx", "uv"])
    return folder / "bin"


def lines_of_readme() -> list[str]:
    """Return the lines of README.md that install with the tools of Python."""
    block = re.search(r"```sh\n(pipx install .*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block is not None
    return [line for line in block[1].splitlines() if not line.startswith("nix ")]


@pytest.mark.parametrize("line", lines_of_readme())
def test_a_line_of_readme_installs_it(line: str, installers: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "PATH": f"{tmp_path}/.local/bin:{installers}:{os.environ['PATH']}",
    }
    subprocess.run(shlex.split(line), cwd=ROOT, env=environment, check=True)
    found = subprocess.run(
        ["liminix-gen", "--version"], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.startswith("liminix-gen ")
