"""A package set is a folder and a line of a table: nothing else knows one by its name."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import liminix_gen
from liminix_gen import package_sets
from liminix_gen.errors import ConfigurationError
from tests.support.forked import ended as run
from tests.support.steps import load_plan, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = Path(liminix_gen.__file__).parent
NAMES = re.compile("|".join(package_sets.TABLE), re.IGNORECASE)
OPTION = "--nixpkgs"  # of the command line, where a help says what it is


def spoken(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield names and texts of a module, without docstrings and the help of options."""
    quiet: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()):
                quiet.add(node.value)
            case ast.keyword(arg="help"):
                quiet.update(ast.walk(node))
            case ast.Constant(value=str(text)) if node not in quiet and text != OPTION:
                yield node.lineno, text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.keyword(arg=str(name)) | ast.alias(name=name):
                yield node.lineno, name
            case ast.ImportFrom(module=str(name)):
                yield node.lineno, name
            case _:
                pass


def test_nothing_but_its_folder_and_the_table_names_a_package_set() -> None:
    own = [CODE / name for name in package_sets.TABLE]
    table = Path(package_sets.__file__)
    others = ("devices", "modules", "outputs")
    places = [
        *CODE.rglob("*.py"),
        *(one for name in others for one in (CODE.parent / name).rglob("*.py")),
    ]
    said = [
        f"{path.relative_to(CODE.parent)}:{line}: {text}"
        for path in places
        if path != table and not any(path.is_relative_to(folder) for folder in own)
        for line, text in spoken(ast.parse(path.read_text()))
        if NAMES.search(text) and "\n" not in text  # of a board: Markdown, for people
    ]
    assert said == []


THIRD = """
from pathlib import Path

from liminix_gen.events import Remarked
from liminix_gen.model.package_set import PackageSet
from liminix_gen.nix.expression import Call, Identifier
from liminix_gen.nix.expression import Path as NixPath
from liminix_gen.nix.verbs import Nix
from liminix_gen.package_set import Behaviour, Carried


class Third(Behaviour):
    name = "third"

    def obstacle(self, device):
        return None if device.name == "qemu-mipsel" else "it knows one board"

    def merit(self, device):
        return "it is small"

    def provided(self, choices):
        symbols = {"mips": {"THIRD_NEEDS": "y"}}
        kernels = frozenset({"6.12"})
        return PackageSet(name=self.name, kernels=kernels, firmware=None, symbols=symbols)

    def nix(self, choices):
        return Nix(environ={})

    def lock(self, plan, lock, choices, listen):
        listen(Remarked(word="third", text="locks"))
        return lock.with_content({**lock.content, "third": {"packages": len(plan.packages)}})

    def fetch(self, plan, lock, choices, nix, listen):
        return {}

    def carried(self, plan, lock, source, *, thin):
        made = Call(Identifier("import"), (NixPath("third"),))
        nix = Path(__file__).parent / "nix"
        return Carried(
            files={f"third/{file.name}": file.read_bytes() for file in nix.iterdir()},
            arguments={"pkgs": made},
            manifest={"third": lock.content["third"]},
        )

    def facts(self, device):
        return [("third", "here")]


BEHAVIOUR = Third()
"""


@pytest.fixture
def third(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package set in one folder, and its line in the table."""
    folder = tmp_path / "packages" / "third"
    (folder / "nix").mkdir(parents=True)
    (folder / "behaviour.py").write_text(THIRD)
    (folder / "nix" / "default.nix").write_text("{ }\n")
    monkeypatch.syspath_prepend(folder.parent)
    monkeypatch.setitem(package_sets.TABLE, "third", "third.behaviour")
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "third"]:
        del sys.modules[name]


CONFIGURATION = 'from liminix_gen import System\nconfig = System(device="qemu-mipsel")\n'


@pytest.mark.usefixtures("third")
def test_a_third_set_is_one_folder(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(CONFIGURATION)
    said: list[object] = []
    prepared = prepare(tmp_path / "router.py", package_set="third", listen=said.append)
    assert [str(event) for event in said if "asked for" in str(event)]
    assert prepared.tree["third/default.nix"] == b"{ }\n"
    assert b"pkgs ? import ./third" in prepared.tree["default.nix"]
    assert b'"package-set": "third"' in prepared.tree["manifest.json"]
    assert b"THIRD_NEEDS = " in prepared.tree["system.nix"]
    lock = (tmp_path / "router.lock").read_text()
    assert '"third": {\n    "packages": ' in lock
    # What one set locked stays when another serves the same configuration.
    assert load_plan(tmp_path / "router.py", package_set="nixpkgs").package_set.name == "nixpkgs"
    prepare(tmp_path / "router.py", package_set="nixpkgs")
    assert (tmp_path / "router.lock").read_text() == lock


@pytest.mark.usefixtures("third")
def test_a_third_set_says_why_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(CONFIGURATION.replace("qemu-mipsel", "qemu"))
    with pytest.raises(ConfigurationError) as raised:
        prepare(tmp_path / "router.py", package_set="third")
    assert "the third package set cannot serve the device qemu\n  it knows one board" in str(
        raised.value
    )


def test_an_unknown_set_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    told = run("devices", "--package-set", "gentoo", cwd=tmp_path, code=2).stderr
    assert "'gentoo' is not one of auto, debian, nixpkgs" in told
    with pytest.raises(ConfigurationError, match="there are auto, debian, nixpkgs"):
        load_plan_of_unknown(tmp_path)


def load_plan_of_unknown(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(CONFIGURATION)
    load_plan(tmp_path / "router.py", package_set="gentoo")
