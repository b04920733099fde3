"""A tree is written whole or not at all, and never over what somebody else wrote."""

import json
import os
from pathlib import Path

import pytest

from liminix_gen.errors import ConfigurationError
from liminix_gen.nix import tree


def made(**files: str) -> dict[str, bytes]:
    contents = {path.replace("__", "/"): text.encode() for path, text in files.items()}
    owned = {path: tree.digest(content) for path, content in contents.items()}
    return {**contents, tree.MANIFEST: json.dumps({"owned": owned}).encode()}


def found(target: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(target)): file.read_bytes()
        for file in target.rglob("*")
        if file.is_file()
    }


OLD = made(a="1", b__c="2", gone__x="3", d="same")
NEW = made(a="10", b__c="20", b__new="4", d="same")


def test_writes_changes_and_removes(tmp_path: Path) -> None:
    target = tmp_path / "out"
    assert set(tree.write(OLD, target)) == set(OLD)
    assert found(target) == OLD
    assert set(tree.write(NEW, target)) == {"a", "b/c", "b/new", "gone/x", tree.MANIFEST}
    assert found(target) == NEW
    assert not (target / "gone").exists()
    assert tree.write(NEW, target) == ()


def test_foreign_files_stay(tmp_path: Path) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    (target / "flake.lock").write_text("mine")
    tree.write(NEW, target)
    assert (target / "flake.lock").read_text() == "mine"


def test_refuses_edited_and_foreign_files_and_changes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    (target / "gone/x").write_text("edited")
    (target / "b/new").write_text("foreign")
    before = found(target)
    with pytest.raises(ConfigurationError) as error:
        tree.write(NEW, target)
    assert "gone/x: was edited" in str(error.value)
    assert "b/new: is in the way" in str(error.value)
    assert found(target) == before


def test_a_manifest_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / tree.MANIFEST).write_text("[]")
    with pytest.raises(ConfigurationError, match="is not a manifest"):
        tree.write(NEW, tmp_path)


class PowerCutError(Exception):
    pass


@pytest.mark.parametrize("moves_before_the_cut", range(5))
@pytest.mark.parametrize("then", [OLD, NEW])
def test_an_interrupted_swap_is_completed_by_the_next_run(
    tmp_path: Path, moves_before_the_cut: int, then: dict[str, bytes]
) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    left = moves_before_the_cut

    def cut(source: Path, destination: Path) -> None:
        nonlocal left
        if left == 0:
            raise PowerCutError
        left -= 1
        os.replace(source, destination)  # noqa: PTH105

    cuts = len([path for path in NEW if OLD.get(path) != NEW[path]])
    if moves_before_the_cut < cuts:
        with pytest.raises(PowerCutError):
            tree.write(NEW, target, move=cut)
    tree.write(then, target)
    assert found(target) == then
    assert list(tmp_path.iterdir()) == [target]


def test_a_stage_without_a_complete_journal_is_dropped(tmp_path: Path) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    stage = tmp_path / ".out.liminix-gen-stage"
    (stage / "files").mkdir(parents=True)
    (stage / "files" / "a").write_text("half")
    assert tree.write(OLD, target) == ()
    assert found(target) == OLD
    assert not stage.exists()


def test_differences(tmp_path: Path) -> None:
    tree.write(OLD, tmp_path)
    assert tree.differences(OLD, tmp_path) == ()
    assert tree.differences(NEW, tmp_path) == ("a", "b/c", "b/new", "gone/x", tree.MANIFEST)
