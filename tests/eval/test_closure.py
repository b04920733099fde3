"""A tree holds what its outputs are made of: nothing that Nix reads is missing, nothing else is there.

Nix says what is missing. What it reads shows in the times of access, which start before all others.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from liminix_gen import System
from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from tests.support.emission import emitted, instantiated, prepared
from tests.support.evaluation import evaluate_trees, rendered, unpack

FILES, BYTES = 151, 477_000
LONG_AGO = 1_000_000_000
EXAMPLES = sorted(Path("examples").glob("*.py"))
# What a person, a flake or liminix-gen reads.
FOR_OTHERS = {"fetch.sh", "flake.nix", "lock.json", "manifest.json", "nix.conf"}
# What takes these says itself whether it does, by a fact of the board or of the system.
BY_FACT = {
    "lib/boot/console-login.sh",
    "lib/boot/console-shell.sh",
    "lib/python/boot_flash.py",
    "lib/python/boot_tree.py",
    "lib/python/firmware_metadata.py",
    "lib/python/u_boot.py",
    "lib/python/u_boot_environment.py",
    "outputs/kernel_image/lzma-alone.py",
}


def unread(tree: Path) -> set[str]:
    """Return the files of a tree that were not read since `forget`."""
    return {
        str(file.relative_to(tree))
        for file in tree.rglob("*")
        if file.is_file() and file.stat().st_atime == LONG_AGO
    }


def forget(folder: Path) -> None:
    """Put the times of access long before now."""
    for file in folder.rglob("*"):
        os.utime(file, (LONG_AGO, file.stat().st_mtime))


@pytest.fixture
def times(tmp_path: Path) -> None:
    """A file system that keeps times of access."""
    (tmp_path / "probe").write_text("x")
    forget(tmp_path)
    (tmp_path / "probe").read_text()
    if (tmp_path / "probe").stat().st_atime == LONG_AGO:
        pytest.skip("this file system keeps no times of access")


@pytest.mark.usefixtures("times")
def test_nix_reads_every_file(tmp_path: Path) -> None:
    trees = tmp_path / "trees"
    for board in sorted(Catalog.of().devices):
        unpack(rendered(System(device=board)), trees / board)
    for example in EXAMPLES:
        unpack(rendered(load(example, Catalog.of())), trees / example.stem)
    forget(trees)
    evaluate_trees(trees)
    # A package set that is made up stands for the tree's own.
    sets = ("debian/", "nixpkgs/", "lib/python/elf.py")
    left = {
        f"{tree.name}/{path}"
        for tree in sorted(trees.iterdir())
        for path in unread(tree) - FOR_OTHERS - BY_FACT
        if not path.startswith(sets)
    }
    assert sorted(left) == []


@pytest.mark.usefixtures("times")
def test_nix_reads_every_file_of_the_debian_set(tmp_path: Path) -> None:
    tree = emitted(Path("examples/gateway.py").read_text(), tmp_path)
    forget(tree)
    outputs = (f"outputs.{name}" for name in ("kexecboot", "tftpboot", "vmroot"))
    instantiated(tree, "kernel.sources", *outputs)
    assert unread(tree) - FOR_OTHERS - BY_FACT == set()


def test_a_tree_is_small(tmp_path: Path) -> None:
    """Seen: 150 files with 522,755 bytes, those of every output and a manifest three times as long."""
    tree = prepared(Path("examples/gateway.py").read_text(), tmp_path).tree
    assert len(tree) <= FILES
    assert sum(map(len, tree.values())) <= BYTES
