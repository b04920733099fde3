"""Thin trees: what they hold, that they give what whole ones give, and from which files alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen.process import CommandError
from tests.support.command_line import run
from tests.support.emission import ROOT
from tests.support.evaluation import NIX, declared_tools, evaluate, unpack
from tests.support.steps import prepare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liminix_gen.nix.tree import Tree

EXAMPLES = sorted(Path("examples").glob("*.py"))
FILES = {"default.nix", "manifest.json", "system.nix"}
MODULE = """\
from liminix_gen import Part, Service, oneshot, service_type

@service_type
class Gauge(Service):
    def parts(self) -> tuple[Part, ...]:
        return (oneshot("gauge.nix"),)
"""


def emitted(file: Path, *, thin: bool, modules: tuple[Path, ...] = ()) -> Tree:
    return prepare(file, package_set="nixpkgs", thin=thin, modules=modules).tree


def derivations(tree: Tree, folder: Path, project: Path = ROOT) -> Mapping[str, str]:
    unpack(tree, folder)
    found = evaluate(
        ROOT / "tests/eval/thin.nix", nix=NIX, project=project, tools=declared_tools(), tree=folder
    )
    return found["outputs"]


@pytest.fixture(params=EXAMPLES, ids=lambda example: example.stem)
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copy(request.param, tmp_path))


def test_it_gives_what_the_whole_tree_gives(example: Path, tmp_path: Path) -> None:
    thin, whole = (emitted(example, thin=thin) for thin in (True, False))
    assert thin.keys() == FILES
    assert derivations(thin, tmp_path / "thin") == derivations(whole, tmp_path / "whole")


def test_a_board_with_its_own_device_tree(tmp_path: Path) -> None:
    file = tmp_path / "router.py"
    file.write_text('from liminix_gen import System\nconfig = System(device="openwrt-one")\n')
    thin, whole = (emitted(file, thin=thin) for thin in (True, False))
    assert thin.keys() == FILES
    assert derivations(thin, tmp_path / "thin") == derivations(whole, tmp_path / "whole")


def test_the_users_own_modules_stay(tmp_path: Path) -> None:
    folder = tmp_path / "modules" / "mine" / "gauge"
    folder.mkdir(parents=True)
    (folder / "module.py").write_text(MODULE)
    (folder / "gauge.nix").write_text('{ sh }: { up = "cat ${sh.word ./gauge.txt}"; }')
    (folder / "gauge.txt").write_text("7")
    file = tmp_path / "router.py"
    file.write_text(
        "from liminix_gen import System\n"
        'config = System(device="qemu-mipsel")\n'
        'config.services["gauge"] = config.service.mine.gauge.build()\n'
    )
    modules = (tmp_path / "modules",)
    thin, whole = (emitted(file, thin=thin, modules=modules) for thin in (True, False))
    own = {"modules/mine/gauge/gauge.nix", "modules/mine/gauge/gauge.txt"}
    assert thin.keys() == FILES | own
    assert derivations(thin, tmp_path / "thin") == derivations(whole, tmp_path / "whole")


@pytest.mark.parametrize(
    ("place", "body", "shared"),
    [
        ("mine/gauge", "{ sh }: import ../shared.nix { inherit sh; }", "mine/shared.nix"),
        # The built-in types below it keep what they share.
        ("network", "{ sh }: import ./shared.nix { inherit sh; }", "network/shared.nix"),
    ],
)
def test_types_share_files(tmp_path: Path, place: str, body: str, shared: str) -> None:
    root = tmp_path / "modules"
    (root / place).mkdir(parents=True)
    (root / place / "module.py").write_text(MODULE)
    (root / place / "gauge.nix").write_text(body)
    (root / shared).write_text('{ sh }: { up = "cat ${sh.word ./gauge.txt}"; }')
    (root / shared).with_name("gauge.txt").write_text("7")
    file = tmp_path / "router.py"
    file.write_text(
        f"{EXAMPLES[0].read_text()}\n"
        f'config.services["gauge"] = config.service.{place.replace("/", ".")}.build()\n'
    )
    thin, whole = (emitted(file, thin=thin, modules=(root,)) for thin in (True, False))
    name = f"modules/{shared}"
    assert {
        name,
        f"modules/{place}/gauge.nix",
        name.replace("shared.nix", "gauge.txt"),
    } <= thin.keys()
    assert not any(path.startswith("modules/network/dhcp") for path in thin)
    assert derivations(thin, tmp_path / "thin") == derivations(whole, tmp_path / "whole")


def test_another_revision_of_the_project_is_refused(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("modules", "nix", "outputs", "packages", "templates/nix"):
        shutil.copytree(ROOT / name, project / name)
    tree = emitted(Path(shutil.copy(EXAMPLES[0], tmp_path)), thin=True)
    # What Git and editors leave behind does not count, nor what other trees take.
    (project / "templates/nix/lib/.hidden").write_text("x")
    (project / "outputs/gptimage/output.nix").write_text("x")
    below = project / "modules/dnsmasq/below"
    below.mkdir()
    for name in json.loads((ROOT / "templates/nix/left-out.json").read_bytes()):
        (below / name).write_text("x")
    derivations(tree, tmp_path / "same", project)
    with (project / "modules/dnsmasq/dnsmasq.nix").open("a") as file:
        file.write("# more\n")
    with pytest.raises(CommandError) as caught:
        derivations(tree, tmp_path / "other", project)
    said = str(caught.value)
    assert f"the thin tree of `{EXAMPLES[0].name}` was written by liminix-gen" in said
    assert f"emit --thin {EXAMPLES[0].name} -o DIR" in said


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("modules", "nix", "outputs", "packages", "templates/nix"):
        shutil.copytree(ROOT / name, project / name)
    tree = emitted(Path(shutil.copy(EXAMPLES[0], tmp_path)), thin=True)
    shutil.rmtree(project / "modules/dnsmasq")
    with pytest.raises(CommandError, match="was written by liminix-gen"):
        derivations(tree, tmp_path / "tree", project)


def test_without_the_project_it_says_what_to_do(tmp_path: Path) -> None:
    tree = unpack(emitted(Path(shutil.copy(EXAMPLES[0], tmp_path)), thin=True), tmp_path / "tree")
    (tmp_path / "call.nix").write_text("{ tree }: (import tree { }).outputs.default.drvPath")
    with pytest.raises(CommandError, match=r"lib\.mkSystem of that flake, or with --arg project"):
        evaluate(tmp_path / "call.nix", tree=tree)


def test_debian_has_none(tmp_path: Path) -> None:
    shutil.copy(EXAMPLES[0], tmp_path / "router.py")
    words = ("--package-set", "debian", "emit", "--thin", "router.py")
    refused = run(*words, cwd=tmp_path, code=2)
    assert "hint: emit it without --thin" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["router.py"]


def test_check_takes_a_thin_tree(tmp_path: Path) -> None:
    shutil.copy(EXAMPLES[0], tmp_path / "router.py")
    words = ("--package-set", "nixpkgs", "emit", "--thin", "router.py")
    run(*words, "-o", "tree", cwd=tmp_path)
    run(*words, "--check", "tree", cwd=tmp_path)
    (tmp_path / "tree" / "system.nix").write_text("{ }")
    refused = run(*words, "--check", "tree", cwd=tmp_path, code=3)
    assert "liminix-gen emit --package-set nixpkgs --thin router.py -o tree" in refused.stderr
