"""A tree is written whole or not at all, and never over what somebody else wrote.

Seen were: a target that is a mount point, which had lost files after "Invalid cross-device link"; a
corrupt journal, which was a traceback for ever. Others of the kind, each a test here: a journal,
manifest or link that leads out of the tree or into .git; a stage that is a link; a folder of the
tree that is a mount or, below what is to be removed, a link; a read-only and a full file system;
a FIFO, a device or a file without end in the place of a file; an empty folder of the user's that a
failed run took away; Ctrl-C while it is staged.
"""

import hashlib
import json
import os
import shutil
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from liminix_gen import process
from liminix_gen.errors import ConfigurationError
from liminix_gen.files import remove
from liminix_gen.nix import tree
from tests.support.namespaces import with_own_mounts


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


def test_hashes_as_earlier_versions_wrote_them_are_known(tmp_path: Path) -> None:
    whole = {path: hashlib.sha256(content).hexdigest() for path, content in OLD.items()}
    del whole[tree.MANIFEST]
    tree.write({**OLD, tree.MANIFEST: json.dumps({"owned": whole}).encode()}, tmp_path)
    assert "a" in tree.write(NEW, tmp_path)
    assert found(tmp_path) == NEW


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
    stage = target / tree._STAGE
    (stage / "files").mkdir(parents=True)
    (stage / "files" / "a").write_text("half")
    assert tree.write(OLD, target) == ()
    assert found(target) == OLD
    assert not stage.exists()


def test_differences(tmp_path: Path) -> None:
    tree.write(OLD, tmp_path)
    assert tree.differences(OLD, tmp_path) == ()
    assert tree.differences(NEW, tmp_path) == ("a", "b/c", "b/new", "gone/x", tree.MANIFEST)


# --- file systems

_WRITE = """
import json, sys
from pathlib import Path
from liminix_gen.errors import ConfigurationError
from liminix_gen.nix import tree
from tests.unit import test_tree as our

target, *names = Path(sys.argv[1]), *sys.argv[2:]
for name in names:
    try:
        print(*tree.write(getattr(our, name), target))
    except ConfigurationError as error:
        print(error)
print(json.dumps(sorted(path for path in map(str, target.rglob("*")))))
for name in ("OLD", "NEW"):
    if our.found(target) == getattr(our, name):
        print("holds", name)
"""
LARGE = made(**{f"a{number}": "x" * 20_000 for number in range(20)}, gone__x="3")


def written(target: Path, mounts: str, *names: str) -> list[str]:
    """Write trees one after the other, and return what was printed."""
    command = [sys.executable, "-c", _WRITE, str(target), *names]
    done = process.run(with_own_mounts(mounts, *command), cwd=Path(__file__).parents[2])
    return done.stdout.splitlines()


def test_a_mount_point(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    said = written(target, f"mount -t tmpfs none {target}", "OLD", "NEW")
    assert said[-1] == "holds NEW"
    assert "liminix-gen" not in said[-2]


def test_a_folder_of_the_tree_that_is_a_mount_point(tmp_path: Path) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    said = written(target, f"mount -t tmpfs none {target}/b", "NEW")
    assert said[-1] == "holds NEW"
    assert "liminix-gen" not in said[-2]


def test_a_full_file_system_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    said = written(target, f"mount -t tmpfs -o size=128k none {target}", "OLD", "LARGE")
    assert said[-3] == f"{target}: cannot be written: No space left on device"
    assert said[-1] == "holds OLD"
    assert "liminix-gen" not in said[-2]


def test_a_file_system_that_is_read_only(tmp_path: Path) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    mounts = f"mount --bind {target} {target}\nmount -o remount,ro,bind {target}"
    said = written(target, mounts, "OLD", "NEW")
    assert said[0] == ""  # nothing has to be written
    assert said[1] == f"{target}: cannot be written: Read-only file system"
    assert said[-1] == "holds OLD"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A name that is too long stands for a mode, which root does not mind."""
    target = tmp_path / "out"
    tree.write(OLD, target)
    with pytest.raises(ConfigurationError, match=f"{target}/b/{'x' * 300}: cannot be"):
        tree.write(made(**{f"b__{'x' * 300}": ""}), target)


def test_an_empty_folder_stays_when_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    for target in (tmp_path / "mine", tmp_path / "a" / "b"):
        with pytest.raises(ConfigurationError, match="File name too long"):
            tree.write(made(**{"x" * 300: ""}), target)
    assert found(tmp_path) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_interrupt_while_it_is_staged_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    write_bytes = Path.write_bytes

    def interrupted(path: Path, content: bytes) -> int:
        if path.name == "c":
            raise KeyboardInterrupt
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    for place in (target, tmp_path / "new"):
        with pytest.raises(KeyboardInterrupt):
            tree.write(NEW, place)
    assert found(tmp_path) == {f"out/{path}": content for path, content in OLD.items()}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


# --- what lies in the target

JOURNALS = {
    "empty": b"",
    "cut": b'{"a": ["',
    "another kind": b"[]",
    "values": b'{"a": 3}',
    "hashes": b'{"a": [3]}',
    "deep": b"[" * 200_000,
    "number": b"9" * 10_000,
    "binary": bytes(range(256)) * 10,
    "text": b'"moves"',
    "of old": b'{"moves": ["a"], "removals": ["d"]}',
    "out": b'{"../mine": ["%s"]}' % tree.digest(b"mine").encode(),
    "absolute": b'{"/etc/passwd": ["x"]}',
    "surrogate": b'{"\\ud800": ["x"]}',
    "nul": b'{"\\u0000": ["x"]}',
}


@pytest.mark.parametrize("name", JOURNALS)
def test_a_journal_that_is_none_does_no_harm(tmp_path: Path, name: str) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    (tmp_path / "mine").write_text("mine")
    (target / tree._STAGE / "files").mkdir(parents=True)
    (target / tree._STAGE / tree._JOURNAL).write_bytes(JOURNALS[name])
    tree.write(NEW, target)
    assert found(target) == NEW
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_journal_without_end_is_not_read(tmp_path: Path) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    (target / tree._STAGE).mkdir()
    with (target / tree._STAGE / tree._JOURNAL).open("wb") as stream:
        stream.truncate(1 << 40)
    tree.write(NEW, target)
    assert found(target) == NEW


@pytest.mark.parametrize("place", ["", "files", "journal.json", "files/b", "journal.json.new"])
def test_a_stage_that_leads_elsewhere_is_not_followed(tmp_path: Path, place: str) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "b").mkdir(parents=True)
    (elsewhere / "b" / "c").write_text("mine")
    (elsewhere / "journal.json").write_text(json.dumps({"d": [tree.digest(b"edited")]}))
    before = found(elsewhere)
    link = target / tree._STAGE / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere / place if place.startswith("journal") else elsewhere)
    (target / "d").write_text("edited")
    with pytest.raises(ConfigurationError, match="d: was edited"):
        tree.write(NEW, target)
    (target / "d").write_text("same")
    tree.write(NEW, target)
    assert found(target) == NEW
    assert found(elsewhere) == before


def test_what_is_to_go_is_not_looked_for_behind_a_link(tmp_path: Path) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    (target / "gone").rename(tmp_path / "elsewhere")
    (target / "gone").symlink_to(tmp_path / "elsewhere")
    tree.write(NEW, target)
    assert (tmp_path / "elsewhere" / "x").read_text() == "3"


@pytest.mark.parametrize(
    "path", ["../mine", ".git/config", "b/../../mine", "/etc/hosts", "", "a\0"]
)
def test_a_manifest_that_claims_what_is_no_part_of_a_tree_is_refused(
    tmp_path: Path, path: str
) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    for file in (tmp_path / "mine", target / ".git" / "config"):
        file.parent.mkdir(exist_ok=True)
        file.write_text("mine")
    hashes = {path: tree.digest(b"mine")}
    (target / tree.MANIFEST).write_text(json.dumps({"owned": hashes}))
    with pytest.raises(ConfigurationError, match="is not a manifest of liminix-gen"):
        tree.write(NEW, target)
    assert (tmp_path / "mine").exists()
    assert (target / ".git" / "config").exists()


@pytest.mark.parametrize("name", ["a", "manifest.json", "b", "b/new"])
def test_what_is_no_file_is_not_read(tmp_path: Path, name: str) -> None:
    target = tmp_path / "out"
    tree.write(OLD, target)
    for kind in ("fifo", "device", "endless", "folder"):
        place = target / name
        remove(place)
        match kind:
            case "fifo":
                os.mkfifo(place)
            case "device":
                place.symlink_to("/dev/zero")
            case "endless":
                with place.open("wb") as stream:
                    stream.truncate(1 << 40)
            case _:
                place.mkdir()
        if (name, kind) != ("b", "folder"):
            with pytest.raises(ConfigurationError):
                tree.write(NEW, target)
            with pytest.raises(ConfigurationError) if name == "manifest.json" else nullcontext():
                assert tree.differences(NEW, target)


def test_a_target_that_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    tree.write(NEW, tmp_path / "link")
    assert found(tmp_path / "real") == NEW
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("dangling", "loop"):
        with pytest.raises(ConfigurationError, match=f"{name}: is not a folder"):
            tree.write(NEW, tmp_path / name)


def test_a_tree_in_a_cache_is_made_again(tmp_path: Path) -> None:
    target = tmp_path / "out"
    tree.renew(OLD, target)
    (target / "a").write_text("half")
    tree.renew(NEW, target)
    assert found(target) == NEW
    (target / tree.MANIFEST).write_text("")
    tree.renew(NEW, target)
    assert found(target) == NEW
    shutil.rmtree(target)
    target.write_text("")
    tree.renew(NEW, target)
    assert found(target) == NEW
