"""The generated files of every example, as they are emitted: the review surface of a change.

``make golden`` writes them anew.
"""

import os
import re
import shutil
from pathlib import Path

import pytest
import tree_sitter_nix
from tree_sitter import Language, Node, Parser

from liminix_gen import process
from liminix_gen.catalog import Catalog, share_folder
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.model.package_set import PackageSet
from liminix_gen.nix.render import render
from liminix_gen.nix.tree import Tree
from liminix_gen.nixpkgs.package_set import NIXPKGS
from liminix_gen.plan import plan
from tests.support.carried import emission

EXAMPLES = sorted(Path("examples").glob("*.py"))
GENERATED = ("default.nix", "system.nix", "manifest.json")
# What differs for nixpkgs; the rest is the same but for a few symbols.
GENERATED_FOR_NIXPKGS = ("default.nix", "flake.nix")
HERE = Path(__file__).parent


def emitted(example: Path, package_set: PackageSet = DEBIAN) -> Tree:
    planned = plan(load(example, Catalog.of()), package_set)
    return render(emission(planned, example))


def without_hashes(content: bytes) -> str:
    """Leave out of the manifest what changes with every copied file: the list of all files."""
    text = content.decode()
    return re.sub(r',\n  "owned": \{\n.*?\n  \}', "", text, flags=re.DOTALL)


@pytest.fixture(params=EXAMPLES, ids=lambda example: example.stem)
def example(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.mark.parametrize("path", GENERATED)
def test_generated_files(example: Path, path: str) -> None:
    compare(without_hashes(emitted(example)[path]), HERE / example.stem / path)


@pytest.mark.parametrize("path", GENERATED_FOR_NIXPKGS)
def test_generated_files_for_nixpkgs(example: Path, path: str) -> None:
    text = emitted(example, NIXPKGS)[path].decode()
    compare(text, HERE / f"{example.stem}-nixpkgs" / path)


def compare(text: str, kept: Path) -> None:
    """Compare with the snapshot; write it anew when that is wanted."""
    if os.environ.get("LIMINIX_GEN_WRITE_GOLDEN"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(text)
    assert text == kept.read_text()


@pytest.fixture(params=[DEBIAN, NIXPKGS], ids=lambda package_set: package_set.name)
def tree(request: pytest.FixtureRequest, example: Path) -> Tree:
    """What an example becomes, for each of the package sets."""
    return emitted(example, request.param)


def test_equal_input_gives_equal_bytes(example: Path) -> None:
    assert emitted(example) == emitted(example)


def test_copied_files_equal_their_source(tree: Tree) -> None:
    sources = {
        "lib": share_folder() / "templates/nix/lib",
        "debian": share_folder() / "templates/nix/debian",
        "nixpkgs": share_folder() / "templates/nix/nixpkgs",
        "modules": share_folder() / "modules",
        "outputs": share_folder() / "outputs",
        "packages": share_folder() / "packages",
    }
    for path, content in tree.items():
        top, _, rest = path.partition("/")
        if rest:
            assert content == (sources[top] / rest).read_bytes(), path


def nodes(node: Node) -> list[Node]:
    return [node, *(inner for child in node.children for inner in nodes(child))]


def parsed(content: bytes) -> list[Node]:
    parser = Parser(Language(tree_sitter_nix.language()))
    # This grammar does not know the comma after the last formal.
    known = re.sub(rb",(?=\s*\}:)", b"", content)
    return nodes(parser.parse(known).root_node)


def test_every_nix_file_parses_and_has_no_absolute_path(tree: Tree) -> None:
    for path, content in tree.items():
        if path.endswith(".nix"):
            found = parsed(content)
            assert not [node for node in found if node.is_error or node.is_missing], path
            paths = [node.text or b"" for node in found if node.type == "path_expression"]
            assert not [text for text in paths if text.startswith(b"/")], path


@pytest.mark.skipif(shutil.which("nixfmt") is None, reason="there is no nixfmt")
def test_generated_files_are_as_nixfmt_writes_them(tree: Tree, tmp_path: Path) -> None:
    for path in sorted({"default.nix", "flake.nix", "system.nix"} & tree.keys()):
        (tmp_path / path).write_bytes(tree[path])
        process.run(["nixfmt", "--check", tmp_path / path])


def test_generated_files_hold_no_conditional(tree: Tree) -> None:
    for path in {"default.nix", "flake.nix", "system.nix"} & tree.keys():
        kinds = {node.type for node in parsed(tree[path])}
        assert not kinds & {"if_expression", "with_expression", "assert_expression"}
        assert not re.search(rb"[ \t]$", tree[path], re.MULTILINE)
