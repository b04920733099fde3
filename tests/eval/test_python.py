"""lib/python: a derivation gets a script with what it imports, and no other file."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.debian.settings import nix_environment
from tests.support.evaluation import NIX

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
PYTHON = NIX / "lib" / "python"
FILES = sorted(path.name for path in PYTHON.glob("*.py"))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / "lib").mkdir()
    shutil.copy(NIX / "lib" / "python.nix", tmp_path / "lib")
    shutil.copytree(PYTHON, tmp_path / "lib/python", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "lib"


def places(library: Path) -> Mapping[str, Path]:
    """Return the place of each file; they are in the store."""
    command = ["nix-instantiate", "--eval", "--strict", "--json", "--read-write-mode"]
    command += [str(HERE / "python.nix"), "--arg", "lib", str(library)]
    found = json.loads(process.run(command, env=nix_environment()).stdout)
    return {name: Path(place) for name, place in found.items()}


def imported(file: Path) -> set[str]:
    """The files of the folder that a file imports, and what those do."""
    found = {file.name}
    for node in ast.walk(ast.parse(file.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            if (other := file.parent / f"{name}.py").exists():
                found |= imported(other)
    return found


def test_a_script_comes_with_what_it_imports(library: Path) -> None:
    for name, place in places(library).items():
        assert place.name == name
        assert {path.name for path in place.parent.iterdir()} == imported(PYTHON / name)


def test_a_changed_module_changes_what_imports_it_and_nothing_else(library: Path) -> None:
    before = places(library)
    file = library / "python" / "u_boot.py"
    file.write_text(file.read_text() + "# changed\n")
    after = places(library)
    changed = {name for name, place in after.items() if place != before[name]}
    assert changed == {name for name in FILES if "u_boot.py" in imported(PYTHON / name)}
    assert "root_tree.py" not in changed
    assert "boot_flash.py" in changed
