"""The project's flake, and that of its template, by the real `nix`, without a network."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from packaging.requirements import Requirement

from liminix_gen import __version__, process
from liminix_gen.nix.environment import physical
from tests.support.emission import ROOT
from tests.support.evaluation import unpack
from tests.support.flakes import Flake
from tests.support.steps import prepare

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATE = ROOT / "templates" / "flake"
SYSTEMS = ("aarch64-linux", "x86_64-linux")
BUILT = "packages.x86_64-linux.default"

ASKING = """\
{
  inputs.liminix-gen.inputs.nixpkgs.follows = "nixpkgs";

  outputs =
    { liminix-gen, nixpkgs, ... }:
    {
      router = liminix-gen.lib.mkSystem {
        inherit nixpkgs;
        tree = ./router;
      };
      debian = liminix-gen.lib.mkSystem {
        inherit nixpkgs;
        tree = ./debian;
      };
      mipsel = import nixpkgs {
        localSystem = "x86_64-linux";
        crossSystem.config = "mipsel-unknown-linux-musl";
        overlays = [ liminix-gen.overlays.default ];
      };
    };
}
"""


@pytest.fixture(scope="module")
def project(
    nixpkgs_flake: str, env: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Flake:
    """The project as git has it or would take it: with changes, without .venv."""
    folder = tmp_path_factory.mktemp("project")
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in process.run(listing, cwd=ROOT).stdout.split("\0"):
        if name and (ROOT / name).is_file():  # not one that is removed, but not yet for git
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return Flake(folder, env, {"nixpkgs": nixpkgs_flake})


@pytest.fixture(scope="module")
def consumer(
    project: Flake,
    nixpkgs_flake: str,
    env: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Flake:
    """What `nix flake init` gives a user: a copy of the template's folder."""
    template = str(project.value("templates.default.path", 'path: "${path}"'))
    folder = tmp_path_factory.mktemp("consumer") / "flake"
    shutil.copytree(physical(template, env), folder)
    return Flake(folder, env, {"liminix-gen": f"path:{project.folder}", "nixpkgs": nixpkgs_flake})


def names(value: object) -> dict[str, object]:
    """Return a level of what `nix flake show` printed."""
    assert isinstance(value, dict)
    return cast("dict[str, object]", value)


def test_it_shows(project: Flake) -> None:
    shown = names(json.loads(project.nix("flake", "show", words=("--json", "--all-systems"))))
    assert set(shown) == {"checks", "devShells", "lib", "overlays", "packages", "templates"}
    for system in SYSTEMS:
        package = names(names(names(shown["packages"])[system])["default"])
        assert package["name"] == f"liminix-gen-{__version__}"
        assert set(names(names(shown["devShells"])[system])) == {"default"}


def test_it_checks(project: Flake, nixpkgs: Path) -> None:
    if not (nixpkgs / "pkgs/development/haskell-modules/hackage-packages.nix").exists():
        pytest.skip("this nixpkgs has no packages of Haskell: shellcheck of the devShell is one")
    project.nix("flake", "check", words=("--no-build", "--all-systems"))


def test_the_package_has_the_dependencies_in_versions_that_it_allows(project: Flake) -> None:
    function = "one: map (library: { inherit (library) pname version; }) one.dependencies"
    found = cast("list[dict[str, str]]", project.value(BUILT, function))
    versions = {library["pname"]: library["version"] for library in found}
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    wanted = {wish.name: wish.specifier for wish in map(Requirement, declared)}
    assert versions.keys() == wanted.keys()
    for name, version in versions.items():
        assert wanted[name].contains(version), f"{name} {version}"


def test_the_source_is_what_the_wheel_is_made_of(project: Flake, env: Mapping[str, str]) -> None:
    source = physical(str(project.value(BUILT, "one: one.src.outPath")), env)
    found = {file.relative_to(source).parts[0] for file in source.rglob("*") if file.is_file()}
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    shared = tuple(build["targets"]["wheel"]["force-include"])
    tops = {name.partition("/")[0] for name in shared}
    assert found == {"LICENSE", "README.md", "liminix_gen", "pyproject.toml", "share"} | tops
    for name in ("liminix_gen", "share", *shared):
        assert contents(source / name) == contents(project.folder / name)


def contents(path: Path) -> dict[str, bytes]:
    files = path.rglob("*") if path.is_dir() else [path]
    return {str(file.relative_to(path)): file.read_bytes() for file in files if file.is_file()}


def test_a_user_adds_one_input_and_gets_an_image(consumer: Flake) -> None:
    for system in SYSTEMS:
        found = consumer.value(f"packages.{system}", "builtins.mapAttrs (_: one: one.drvPath)")
        images = names(found)
        assert {"default", "squashfs", "vmroot"} <= images.keys()
        assert images["default"] == images["vmroot"]
        assert re.fullmatch(r"/nix/store/\w+-vmroot\.drv", str(images["default"]))


def test_what_the_user_gets_checks(consumer: Flake) -> None:
    consumer.nix("flake", "check", words=("--no-build", "--all-systems"))


@pytest.fixture(scope="module")
def asking(consumer: Flake) -> Flake:
    """Another flake of a user, which asks for all else that the project's flake offers."""
    folder = consumer.folder.with_name("asking")
    shutil.copytree(consumer.folder / "router", folder / "router")
    (folder / "debian").mkdir()
    manifest = {"package-set": "debian", "source": "other.py"}
    (folder / "debian" / "manifest.json").write_text(json.dumps(manifest))
    (folder / "flake.nix").write_text(ASKING)
    return consumer.at(folder)


def test_mk_system_gives_outputs_and_manifest(asking: Flake, consumer: Flake) -> None:
    assert asking.value("router", "builtins.attrNames") == ["config", "outputs"]
    manifest = (asking.folder / "router" / "manifest.json").read_text()
    assert asking.value("router.config") == json.loads(manifest)
    image = asking.value("router.outputs.default.drvPath")
    assert image == consumer.value(f"{BUILT}.drvPath")


def test_mk_system_refuses_a_thin_tree_of_other_files(asking: Flake) -> None:
    folder = asking.folder.with_name("later")
    shutil.copytree(asking.folder, folder)
    file = folder / "router" / "default.nix"
    file.write_text(re.sub(r'hash = "\w+"', 'hash = "0"', file.read_text()))
    with pytest.raises(process.CommandError, match="was written by liminix-gen") as caught:
        asking.at(folder).value("router.outputs.default.drvPath")
    assert "emit --thin router.py" in str(caught.value)


def test_mk_system_takes_a_whole_tree(asking: Flake, tmp_path: Path) -> None:
    folder = tmp_path / "whole"
    shutil.copytree(asking.folder, folder)
    shutil.rmtree(folder / "router")
    prepared = prepare(TEMPLATE / "router.py", package_set="nixpkgs")
    unpack(prepared.tree, folder / "router")
    image = "router.outputs.default.drvPath"
    assert asking.at(folder).value(image) == asking.value(image)


def test_mk_system_refuses_a_tree_of_the_other_package_set(asking: Flake) -> None:
    assert asking.value("debian.config.source") == "other.py"
    with pytest.raises(process.CommandError, match="takes its packages from debian") as caught:
        asking.value("debian.outputs.default")
    assert "--package-set nixpkgs emit other.py" in str(caught.value)


def test_the_overlay_has_the_on_device_packages(asking: Flake) -> None:
    for name in ("activate", "interface-listen", "interface-wait", "services"):
        derivation = str(asking.value(f"mipsel.{name}.drvPath"))
        assert re.fullmatch(rf"/nix/store/\w+-{name}-mipsel-unknown-linux-musl\.drv", derivation)
