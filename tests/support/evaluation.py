"""Trees made in memory, and what the real nix-instantiate says of them."""

from __future__ import annotations

import atexit
import json
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from liminix_gen import process
from liminix_gen.catalog import Catalog, share_folder
from liminix_gen.debian.settings import nix_environment
from liminix_gen.nix.render import render
from liminix_gen.package_set import Choices
from liminix_gen.package_sets import choose
from liminix_gen.plan import plan
from tests.support.carried import emission

if TYPE_CHECKING:
    from liminix_gen import System
    from liminix_gen.nix.tree import Tree
    from liminix_gen.plan import Plan

EVAL = Path(__file__).parent.parent / "eval"
NIX = share_folder() / "templates" / "nix"
PACKAGES = share_folder() / "packages"


@cache
def declared_tools() -> Path:
    """Return a file with what images use of the build machine, JSON: what they declare."""
    catalog = Catalog.of()
    tools = {tool for name in catalog.outputs for tool in catalog.image(name).tools}
    folder = Path(mkdtemp(prefix="tools-"))
    atexit.register(shutil.rmtree, folder)
    (folder / "tools.json").write_text(json.dumps(sorted(tools)))
    return folder / "tools.json"


def planned(system: System, package_set: str = "auto") -> Plan:
    """Return the plan of a system, for the package set that serves its board."""
    packages, _ = choose(package_set, system.device)
    return plan(system, packages.provided(Choices()))


def rendered(system: System, package_set: str = "auto") -> Tree:
    """Return the tree of a system, with nothing in its lock."""
    return render(emission(planned(system, package_set), system.where.path))


def unpack(tree: Tree, folder: Path) -> Path:
    """Write a tree to a new folder."""
    for path, content in tree.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def evaluate(file: Path, **arguments: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the value of a file that is a function; no derivation is written to the store."""
    given = [
        word for name, path in arguments.items() for word in ("--arg", name, str(path.resolve()))
    ]
    command = ["nix-instantiate", "--eval", "--strict", "--json", file, *given]
    value: Mapping[str, Mapping[str, str]] = json.loads(
        process.run(command, env=nix_environment()).stdout
    )
    return value


def evaluate_trees(trees: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the derivations of the trees in a folder, with the fake package set."""
    return evaluate(EVAL / "trees.nix", nix=NIX, tools=declared_tools(), trees=trees)


def evaluate_services(systems: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the derivations of the services of the system.nix files below a folder."""
    return evaluate(
        EVAL / "services.nix", nix=NIX, packages=PACKAGES, systems=systems, tools=declared_tools()
    )
