"""A configuration of a test's own, prepared for the real debian package set."""

from __future__ import annotations

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from liminix_gen import process
from liminix_gen.debian.settings import nix_environment
from liminix_gen.nix import tree
from liminix_gen.nix.verbs import Nix
from liminix_gen.package_set import Choices
from liminix_gen.workflow.fetch import fetch
from liminix_gen.workflow.options import Options
from tests.support import steps
from tests.support.suites import WITHOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liminix_gen.workflow.emit import Prepared

ROOT = Path(__file__).parent.parent.parent
HELLO = (ROOT / "examples" / "hello.py").read_text(encoding="utf-8")


@cache
def lock_file() -> Path:
    """Return a lock of this machine and its mirror, made once.

    It covers what hello and the types without packages of their own need.
    """
    folder = Path(mkdtemp(prefix="lock-"))
    atexit.register(shutil.rmtree, folder)
    (folder / "router.py").write_text(HELLO, encoding="utf-8")
    steps.prepare(folder / "router.py", choices=Choices(without=WITHOUT))
    return folder / "router.lock"


def prepared(text: str, folder: Path) -> Prepared:
    """Plan, lock and render a configuration, written to a new folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(lock_file(), folder / "router.lock")
    (folder / "router.py").write_text(text, encoding="utf-8")
    return steps.prepare(folder / "router.py")


def emitted(text: str, folder: Path) -> Path:
    """Write the tree of a configuration to a new folder, and return where."""
    tree.write(prepared(text, folder).tree, folder / "tree")
    return folder / "tree"


def instantiated(folder: Path, *attributes: str) -> Mapping[str, str]:
    """Return the derivations of attributes of a tree; they are in the store."""
    command = ["nix-instantiate", str(folder / "default.nix")]
    for attribute in attributes:
        command += ["-A", attribute]
    done = process.run(command, env=nix_environment())
    return dict(zip(attributes, done.stdout.split(), strict=True))


def fetched(ready: Prepared) -> None:
    """Put the packages of a tree into the store."""
    fetch(ready, Options(), Nix(environ=nix_environment()))
