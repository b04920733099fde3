"""What images hold: the packages that their services name, and no others."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.debian.settings import nix_environment
from liminix_gen.nix.derivation import read
from tests.support.emission import HELLO, ROOT, emitted, fetched, instantiated, prepared
from tests.support.evaluation import unpack

if TYPE_CHECKING:
    from collections.abc import Iterable

OPTIONAL = {"dnsmasq-small", "dropbear-small", "chrony-small", "nftables"}

# Libraries of hello: the loader's and C's, and those of s6.
LIBRARIES = {"libc6", "libexecline2.9", "libs6", "libskarnet2.13"}


def packages_in(paths: Iterable[str]) -> set[str]:
    """Return which optional packages have their programs in a closure."""
    names = {re.sub(r"^/nix/store/[a-z0-9]{32}-", "", path) for path in paths}
    return {one for one in OPTIONAL for name in names if re.match(rf"{one}(-[0-9]|\.drv$|$)", name)}


def requisites(derivation: str) -> set[str]:
    """Return all that a derivation is made of, read from the .drv files themselves."""
    found: set[str] = set()
    waiting = [derivation]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += read(Path(path)).inputs
    return found


def test_the_image_of_hello(tmp_path: Path) -> None:
    """Built: programs of this image, and no kernel (it has no module in it)."""
    ready = prepared(HELLO, tmp_path)
    fetched(ready)
    tree = unpack(ready.tree, tmp_path / "tree")
    command = ["nix-build", "--no-out-link", str(tree), "-A", "outputs.squashfs.closure"]
    built = process.run(command, env=nix_environment(), timeout_s=600).stdout.strip()
    sizes = json.loads(Path(built).read_text())
    assert packages_in(sizes) == {"dnsmasq-small", "dropbear-small"}
    names = {re.sub(r"^/nix/store/[a-z0-9]{32}-|-[0-9].*", "", path) for path in sizes}
    assert {name for name in names if re.match(r"lib|zlib", name)} == LIBRARIES
    # Nothing of the build: compilers, headers, sources.
    assert not [path for path in sizes if re.search(r"-dev|linux-|sysroot|\.deb$|\.drv$", path)]
    # What Nix itself says that the image's content refers to.
    (tree_file,) = (
        path
        for path in read(Path(instantiated(tree, "outputs.squashfs")["outputs.squashfs"])).inputs
        if "root-tree.json" in path
    )
    query = ["nix-store", "-q", "--requisites", *read(Path(tree_file)).outputs.values()]
    known = process.run(query, env=nix_environment()).stdout.split()
    assert set(sizes) == {path for path in known if not path.endswith("-root-tree.json")}


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.stem)
def test_every_example_evaluates_with_the_debian_set(tmp_path: Path, example: Path) -> None:
    tree = emitted(example.read_text(), tmp_path)
    found = instantiated(tree, "outputs.default", "outputs.squashfs", "kernel")
    assert found["kernel"] in requisites(found["outputs.default"])


def test_what_the_gateway_is_made_of(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "gateway.py").read_text()
    made_of = requisites(
        instantiated(emitted(text, tmp_path), "outputs.squashfs")["outputs.squashfs"]
    )
    assert packages_in(made_of) == OPTIONAL
    assert any(path.endswith("-firewall.nft.drv") for path in made_of)
    # Its kernel, because its modules are in the image; and one kernel only.
    kernels = [path for path in made_of if re.search(r"-linux-[0-9.]+\.drv$", path)]
    assert len(kernels) == 1


def test_hello_is_not_made_of_what_it_does_not_hold(tmp_path: Path) -> None:
    made_of = requisites(
        instantiated(emitted(HELLO, tmp_path), "outputs.squashfs")["outputs.squashfs"]
    )
    assert packages_in(made_of) == {"dnsmasq-small", "dropbear-small"}
    assert not [path for path in made_of if re.search(r"-linux-[0-9.]+\.drv$", path)]
