"""The flake of an emitted tree, and a consumer that says which nixpkgs it gets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.derivations import instantiate, system_of, tree_of
from tests.support.emission import HELLO
from tests.support.flakes import Flake

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONSUMER = """\
{
  inputs.gateway.inputs.nixpkgs.follows = "nixpkgs";
  outputs = { gateway, nixpkgs, ... }: { image = gateway.packages.x86_64-linux.default.drvPath; };
}
"""


@pytest.fixture(scope="module")
def flake(
    tmp_path_factory: pytest.TempPathFactory, nixpkgs_flake: str, env: Mapping[str, str]
) -> Flake:
    """The tree of hello for a board of QEMU."""
    folder = tmp_path_factory.mktemp("hello")
    tree = tree_of(system_of(HELLO, folder, "qemu"), folder / "tree")
    return Flake(tree, env, {"nixpkgs": nixpkgs_flake})


def test_it_gives_what_nix_build_gives(flake: Flake, nixpkgs: Path) -> None:
    attributes = {
        "default": "outputs.default",
        "kernel": "kernel",
        "kexecboot": "outputs.kexecboot",
        "squashfs": "outputs.squashfs",
        "tftpboot": "outputs.tftpboot",
        "vmroot": "outputs.vmroot",
    }
    made = instantiate(flake.folder, nixpkgs, flake.env, *attributes.values())
    function = "builtins.mapAttrs (_: package: package.drvPath)"
    found = flake.value("packages.x86_64-linux", function)
    assert found == dict(zip(attributes, made, strict=True))
    assert not (flake.folder / "flake.lock").exists()


def test_it_checks_and_shows(flake: Flake) -> None:
    flake.nix("flake", "check", words=("--no-build",))
    shown = json.loads(flake.nix("flake", "show", words=("--json",)))
    assert shown.keys() == {"apps", "checks", "packages"}
    assert shown["checks"]["x86_64-linux"].keys() == {"image", "kernel"}
    assert shown["apps"]["x86_64-linux"]["run"]["type"] == "app"
    metadata = json.loads(flake.nix("flake", "metadata", words=("--json",)))
    assert metadata["locks"]["nodes"]["root"]["inputs"] == {"nixpkgs": "nixpkgs"}


def test_a_consumer_says_which_nixpkgs(flake: Flake, nixpkgs: Path, tmp_path: Path) -> None:
    (tmp_path / "flake.nix").write_text(CONSUMER)
    inputs = {**flake.inputs, "gateway": f"path:{flake.folder}"}
    image = Flake(tmp_path, flake.env, inputs).value("image")
    assert (image,) == instantiate(flake.folder, nixpkgs, flake.env, "outputs.default")


def test_a_real_board_has_no_app(flake: Flake, tmp_path: Path) -> None:
    tree = tree_of(system_of(HELLO, tmp_path, "gl-ar750"), tmp_path / "tree")
    assert flake.at(tree).value("apps.x86_64-linux") == {}
