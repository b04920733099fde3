"""Random configurations, modules, boards and command lines: an answer, or a mistake with its place."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.errors import ConfigurationError, Problem, Where
from liminix_gen.nix.render import render
from liminix_gen.nixpkgs.package_set import NIXPKGS
from liminix_gen.plan import plan
from tests.fuzz.configurations import Configuration
from tests.fuzz.definitions import board, module
from tests.support.carried import emission

if TYPE_CHECKING:
    from collections.abc import Generator
    from random import Random

    from liminix_gen.nix.tree import Tree
    from tests.fuzz.ground import Fuzz

_BATCH = 500


class Parsed:
    """The generated Nix of many trees, parsed by Nix in batches."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[int] = set()
        self._files: list[Path] = []

    def add(self, tree: Tree) -> None:
        for name, content in tree.items():
            if name.endswith(".nix") and (key := hash((name, content))) not in self._seen:
                self._seen.add(key)
                self._files.append(self._folder / f"{len(self._seen)}.nix")
                self._files[-1].write_bytes(content)
        if len(self._files) > _BATCH:
            self.parse()

    def parse(self) -> None:
        """Parse what was not parsed yet; what Nix refuses is a fault."""
        if self._files:
            process.run(["nix-instantiate", "--parse", *self._files])
        for file in self._files:
            file.unlink()
        self._files.clear()


def emitted(file: Path, found: Catalog) -> Tree | None:
    """Return the tree of a configuration; None if it is refused in the way that is meant."""
    try:
        made = plan(load(file, found), NIXPKGS)
    except ConfigurationError as error:
        for one in error.problems:
            look_at(one, file.parent)
        return None
    tree = render(emission(made, file))
    for path in re.findall(rb"\./(modules/\S+\.nix)", tree["system.nix"]):
        assert path.decode() in tree, path
    return tree


def look_at(problem: Problem, folder: Path) -> None:
    """Say that a mistake is one of a line of the user's, and can be printed."""
    assert problem.what
    assert isinstance(problem.where, Where), problem
    assert problem.where.path.is_relative_to(folder), problem
    lines = problem.where.path.read_text(encoding="utf-8").count("\n")
    assert 1 <= problem.where.line <= lines, problem
    str(problem).encode(errors="backslashreplace")


def test_configurations(fuzz: Fuzz, tmp_path: Path) -> None:
    """A configuration is refused at the user's line, or its tree is Nix.

    Faults that it finds: a chain of services that overran Python's stack, a service that build() did
    not make, an exception that says nothing of itself or is no Exception.
    """
    found, parsed = Catalog.of(), Parsed(tmp_path)
    file = tmp_path / "own" / "router.py"
    file.parent.mkdir()

    def one(random: Random) -> bool:
        file.write_text(Configuration(random).text(), encoding="utf-8", errors="replace")
        tree = emitted(file, found)
        if tree is not None:
            parsed.add(tree)
        return tree is not None

    fuzz.each(one, short=250)
    parsed.parse()


BODY = """\
{
  busybox,
  level,
}:
{
  up = "${busybox} ${toString level}";
}
"""


@contextmanager
def forgotten(folder: Path) -> Generator[None]:
    """Forget afterwards what was imported from a folder, which then holds another file."""
    before = set(sys.modules)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for name in set(sys.modules) - before:
            if f".{folder.name}." in name:
                del sys.modules[name]
        shutil.rmtree(folder)


def test_modules(fuzz: Fuzz, tmp_path: Path) -> None:
    """A service type of a user's own: a root, a dependency, left over, or in the wrong place.

    Faults that it finds: whatever parts(), needs(), check() and subject() raise or return, a body
    that is not there, a class with an __init__ of its own, values that Nix does not have.
    """
    parsed = Parsed(tmp_path)
    file = tmp_path / "own/router.py"
    file.parent.mkdir()
    number = count()

    def one(random: Random) -> bool:
        name = f"gauge{next(number)}"
        folder = tmp_path / "own/modules" / name
        folder.mkdir(parents=True)
        (folder / "module.py").write_text(module(random), encoding="utf-8", errors="replace")
        (folder / "body.nix").write_text(BODY)
        use = random.choice(
            (
                "config.services['a'] = {0}",
                "{0}",
                "config.services['a'] = service.network.forward.build(dependencies=[{0}])",
                "config.services['a'] = service.vlan.build(ifname='a', vid=2, primary={0})",
            )
        )
        level = random.choice(("", "", "level=3", "level='3'"))
        built = use.format(f"service.{name}.build({level})")
        file.write_text(f"{START}{built}\n")
        with forgotten(folder):
            tree = emitted(file, Catalog.of(modules=(folder.parent,)))
            if tree is not None:
                parsed.add(tree)
        return tree is not None

    fuzz.each(one, short=200)
    parsed.parse()


def test_boards(fuzz: Fuzz, tmp_path: Path) -> None:
    """A board of a user's own: facts of any type, in Python and in Nix.

    Faults that it finds: a `cross.config` that is no text, an output or fact that there is not.
    """
    parsed = Parsed(tmp_path)
    file = tmp_path / "own/router.py"
    file.parent.mkdir()
    number = count()

    def one(random: Random) -> bool:
        name = f"board{next(number)}"
        folder = tmp_path / "own/devices" / name
        folder.mkdir(parents=True)
        (folder / "device.py").write_text(board(random), encoding="utf-8", errors="replace")
        file.write_text(START.replace("qemu-mipsel", name))
        with forgotten(folder):
            tree = emitted(file, Catalog.of(devices=(folder.parent,)))
            if tree is not None:
                parsed.add(tree)
        return tree is not None

    fuzz.each(one, short=200)
    parsed.parse()


START = """\
from liminix_gen import System
config = System(device="qemu-mipsel")
service = config.service
config.services["lan"] = service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet", address="192.168.19.1", prefix_length=24,
)
"""
