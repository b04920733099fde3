"""`liminix-gen plan`, as it is started: what it compares with, and how it says what differs."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from tests.support.answers import answer
from tests.support.command_line import contents, run
from tests.support.emission import HELLO

if TYPE_CHECKING:
    from pathlib import Path

SET = ("--package-set", "nixpkgs")
EDIT = """\
from liminix_gen import text_file
config.files["/etc/note"] = text_file("/etc/note", "two\\nlines: ${x} ''\\n")
config.kernel.config["DUMMY"] = "m"
config.services["ntp"] = service.ntp.build(pools={"pool.example": ["iburst"]})
"""


def edited(folder: Path, *more: str) -> Path:
    (folder / "router.py").write_text("".join((HELLO, *more)))
    return folder / "router.py"


def planned(folder: Path, *words: str) -> dict[str, object]:
    return answer("plan", run("plan", "router.py", "--json", *words, *SET, cwd=folder).stdout)


def changed(made: dict[str, object]) -> set[tuple[str, str, str]]:
    return {(one["sign"], one["kind"], one["name"]) for one in made["changes"]}


def test_an_edit_against_the_tree_before_it(tmp_path: Path) -> None:
    edited(tmp_path)
    run("emit", "router.py", "-o", "tree", *SET, cwd=tmp_path)
    edited(tmp_path, EDIT)
    made = planned(tmp_path, "--against", "tree")
    assert changed(made) == {
        ("+", "service", "ntp"),
        ("+", "service", "ntp.names"),
        ("+", "symbol", "DUMMY"),
        ("+", "package", "chrony-small"),
        ("+", "file", "/etc/note"),
        ("+", "user", "ntp"),
        ("+", "group", "ntp"),
        *(("~", "file", f"/etc/{name}") for name in ("group", "passwd", "shadow")),
        *(("+", "source", path) for path in made_sources(made)),
        ("~", "setting", "login packages"),
    }
    assert made["rebuilt"]["kernel"]
    assert made["action"] == "flash"
    (symbol,) = [one for one in made["changes"] if one["kind"] == "symbol"]
    assert symbol["after"] == "m"
    number = 1 + (HELLO + EDIT).splitlines().index('config.kernel.config["DUMMY"] = "m"')
    assert symbol["asked"] == [f"config.kernel.config (router.py:{number})"]


def made_sources(made: dict[str, object]) -> list[str]:
    """Return what of the project the second tree has besides: it must be of what was added."""
    found = [one["name"] for one in made["changes"] if one["kind"] == "source"]
    assert all(re.match(r"packages/|nixpkgs/", name) for name in found), found
    return found


def test_another_root_or_board_is_a_new_flash(tmp_path: Path) -> None:
    """The kernel is the same for each root, and `update` refuses one that the board has not."""
    writable = 'config.kernel.modules = "all"\nconfig.root = "ext4"\n'
    edited(tmp_path, 'config.kernel.modules = "all"\n')
    run("emit", "router.py", "-o", "squashfs", *SET, cwd=tmp_path)
    edited(tmp_path, writable)
    run("emit", "router.py", "-o", "ext4", *SET, cwd=tmp_path)
    made = planned(tmp_path, "--against", "squashfs")
    assert made["rebuilt"]["root"]
    assert not made["rebuilt"]["kernel"]
    assert made["action"] == "flash"
    # Others need the state that there is now: that is in the graph, not in what they are made of.
    assert ("~", "service", "dns") in changed(made)
    assert made["rebuilt"]["services"] == ["state"]

    file = tmp_path / "router.py"
    file.write_text(file.read_text() + EDIT.replace('config.kernel.config["DUMMY"] = "m"\n', ""))
    assert planned(tmp_path, "--against", "ext4")["action"] == "update"
    file.write_text(file.read_text().replace("qemu-mipsel", "qemu"))
    assert planned(tmp_path, "--against", "ext4")["action"] == "flash"


def test_the_way_back_removes_what_was_added(tmp_path: Path) -> None:
    edited(tmp_path, EDIT)
    run("emit", "router.py", "-o", "tree", *SET, cwd=tmp_path)
    edited(tmp_path)
    there = {one for one in changed(planned(tmp_path, "--against", "tree")) if one[1] != "file"}
    assert {("-", "service", "ntp"), ("-", "symbol", "DUMMY"), ("-", "user", "ntp")} <= there
    assert not [one for one in there if one[0] == "+"]


def test_a_manifest_alone_says_what_is_there_and_not_what_changed(tmp_path: Path) -> None:
    edited(tmp_path)
    run("emit", "router.py", "-o", "tree", *SET, cwd=tmp_path)
    (tmp_path / "tree" / "manifest.json").rename(tmp_path / "old.json")
    edited(tmp_path, EDIT)
    made = planned(tmp_path, "--against", "old.json")
    assert ("+", "service", "ntp") in changed(made)
    assert not [one for one in changed(made) if one[0] == "~"]


def test_a_revision_of_the_configuration(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "own").write_text("/etc/one")
    uses = "from pathlib import Path\nfrom liminix_gen import text_file\n"
    uses += "name = Path(__file__).with_name('own').read_text()\n"
    uses += "config.files[name] = text_file(name, name)\n"
    edited(tmp_path, uses)
    git("add", ".")
    git("commit", "-qm", "one")
    (tmp_path / "own").write_text("/etc/two")
    before = contents(tmp_path)
    made = planned(tmp_path, "--against", "HEAD:")
    assert changed(made) == {("-", "file", "/etc/one"), ("+", "file", "/etc/two")}
    assert not made["rebuilt"]["kernel"]
    assert contents(tmp_path) == before, "plan writes nothing"

    said = run("plan", "router.py", "--against", "none:", *SET, cwd=tmp_path, code=2).stderr
    assert "the revision 'none' of router.py cannot be had from Git" in said


def test_nothing_to_do_is_said(tmp_path: Path) -> None:
    edited(tmp_path)
    run("emit", "router.py", "-o", "tree", *SET, cwd=tmp_path)
    edited(tmp_path, "# a comment\n\n")
    shown = run("plan", "router.py", "--against", "tree", *SET, cwd=tmp_path).stdout
    assert "on a board that runs tree: nothing to do" in shown
    assert shown.splitlines()[-1] == "plan: 0 to add, 0 to change, 0 to remove, no action"


def test_a_first_plan_lists_all_by_kind(tmp_path: Path) -> None:
    edited(tmp_path)
    shown = run("plan", "router.py", *SET, cwd=tmp_path).stdout
    assert shown.startswith("hello on qemu-mipsel\n  + 9 services: ")
    assert "+ 4 ports: tcp/22, tcp/53, udp/53, udp/67" in shown
    assert not (tmp_path / "router.lock").exists()


def test_what_is_no_tree(tmp_path: Path) -> None:
    edited(tmp_path)
    (tmp_path / "other.json").write_text('{"version": 2, "owned": []}')
    for word, said in (
        ("other.json", "other.json: manifest.json is not one of an emitted tree"),
        ("router.py", "router.py: manifest.json is not one of an emitted tree"),
        ("nowhere", "nowhere: there is nothing to compare with"),
        (".", "manifest.json: cannot be read: No such file or directory"),
    ):
        done = run("plan", "router.py", "--against", word, *SET, cwd=tmp_path, code=2)
        assert said in done.stderr
