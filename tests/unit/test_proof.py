"""docs/proof.json: which row counts, and when it is stale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import evolve

from liminix_gen.catalog import Catalog, share_folder
from liminix_gen.proof import LEVELS, Proof, hash_of, load, proof_file, record, standings

ROW = Proof(
    board="one", level="evaluated", command="true", date="2026-01-31", reached=["lamp"], hash="new"
)
BOOTED = evolve(ROW, level="booted", date="2025-12-01", hash="old")


def made(folder: Path, *, stale: bool, **fields: str) -> Proof:
    """Return a row of the board one, with the lamp in its image."""
    row = evolve(ROW, **fields)
    return row if stale else evolve(row, hash=hash_of(boards(folder), "one", row.reached))


def test_a_row_that_holds_counts_before_a_stronger_one_that_does_not(tmp_path: Path) -> None:
    holds = made(tmp_path, stale=False)
    found = standings(boards(tmp_path), ["one"], (BOOTED, holds))["one"]
    assert found is not None
    assert (found.proof, found.stale) == (holds, False)
    assert str(found) == "evaluated 2026-01-31"


def test_without_a_row_that_holds_the_strongest_is_shown_as_stale(tmp_path: Path) -> None:
    found = standings(boards(tmp_path), ["one"], (ROW, BOOTED))["one"]
    assert found is not None
    assert (found.proof, found.stale) == (BOOTED, True)
    assert str(found) == "booted 2025-12-01 (stale)"


def test_a_board_without_a_row_has_none(tmp_path: Path) -> None:
    assert standings(boards(tmp_path), ["two"], (ROW,))["two"] is None


def test_a_row_takes_the_place_of_its_own_kind(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    record(file, [ROW, BOOTED])
    newer = evolve(ROW, date="2026-02-01")
    record(file, [newer])
    assert load(file) == (BOOTED, newer)
    assert [row["level"] for row in json.loads(file.read_text())] == ["booted", "evaluated"]


@pytest.mark.parametrize("wrong", [{"level": "believed"}, {"date": "yesterday"}])
def test_a_row_is_checked(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        evolve(ROW, **wrong)


def boards(folder: Path) -> Catalog:
    """Two boards of one family, and a third that stands alone."""
    for path, text in {
        "devices/one/device.py": "from ..families.near import thing as mine\nname = mine(1)\n",
        "devices/one/one.dts": "/dts-v1/;\n",
        "devices/two/device.py": "from ..families import near\nname = near.other\n",
        "devices/three/device.py": "name = dict(about='three', size=3)\n",
        "devices/families/near.py": NEAR,
        "devices/families/far.py": "SIZE = 1\nWIDTH = 2\n",
        "devices/families/other.py": "SIZE = 1\n",
        "modules/lamp/module.py": "name = 1\n",
        "modules/bell/module.py": "",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return Catalog((folder / "modules",), (folder / "devices",))


NEAR = """\
\"\"\"What is near.\"\"\"
from pathlib import Path
from . import (
    far,
)
_SIZES = {"one": far.SIZE}
def thing(number):
    return dict(**_SIZES, number=number, install=HINT)
HINT = 1
other = far.WIDTH
unused = 3
"""


@pytest.mark.parametrize(
    ("path", "old", "new", "stale"),
    [
        ("devices/one/device.py", "mine(1)", "mine(2)", {"one"}),
        ("devices/one/one.dts", ";", "; ", {"one"}),
        ("devices/families/near.py", "number=", "count=", {"one"}),
        # By the definition that it takes.
        ("devices/families/near.py", "_SIZES = {", "_SIZES = {1: 2, ", {"one"}),
        ("devices/families/far.py", "SIZE = 1", "SIZE = 2", {"one"}),
        ("devices/families/near.py", "far.WIDTH", "far.SIZE", {"two"}),
        ("devices/families/far.py", "WIDTH = 2", "WIDTH = 3", {"two"}),
        ("devices/families/far.py", "SIZE", "WEIGHT", {"one"}),
        # What is run whenever a family is read, and what changes a definition.
        ("devices/families/near.py", "unused = 3", "print(3)", {"one", "two"}),
        ("devices/families/near.py", "unused = 3", "_SIZES['two'] = 3", {"one"}),
        # What nobody reaches.
        ("devices/families/near.py", "unused = 3", "unused = 4", set[str]()),
        ("devices/families/other.py", "SIZE = 1", "SIZE = 2", set[str]()),
        # What is no matter to Python.
        ("devices/families/near.py", "near.", "here.", set[str]()),
        ("devices/families/near.py", "import Path", "import PurePath", set[str]()),
        ("devices/families/far.py", "SIZE = 1", "SIZE = (1)  # small", set[str]()),
        # What only people read, and what it is made of.
        ("devices/three/device.py", "'three'", "'four'", set[str]()),
        ("devices/three/device.py", "size=3", "size=4", {"three"}),
        ("devices/families/near.py", "HINT = 1", "HINT = 2", set[str]()),
        ("modules/lamp/module.py", "1", "1  # first", set[str]()),
        ("modules/lamp/module.py", "1", "2", {"one", "two", "three"}),
        ("modules/lamp/lamp.nix", "", "{ }", {"one", "two", "three"}),
        # Types that are in no image of theirs, new ones too.
        ("modules/bell/module.py", "", "name = 1", set[str]()),
        ("modules/horn/module.py", "", "name = 1", set[str]()),
        ("modules/lamp/dimmer/module.py", "", "name = 1", set[str]()),
    ],
)
def test_a_change_makes_those_boards_stale_that_it_reaches(
    tmp_path: Path, path: str, old: str, new: str, stale: set[str]
) -> None:
    before = hashes(boards(tmp_path))
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    text = file.read_text() if file.exists() else ""
    assert old in text
    file.write_text(text.replace(old, new) if old else new)
    after = hashes(Catalog((tmp_path / "modules",), (tmp_path / "devices",)))
    assert {name for name in after if after[name] != before[name]} == stale


def hashes(catalog: Catalog) -> dict[str, str]:
    return {board: hash_of(catalog, board, ROW.reached) for board in catalog.devices}


def test_the_rows_of_this_project_are_of_its_boards() -> None:
    assert proof_file().is_relative_to(share_folder())
    rows = load(proof_file())
    assert rows
    assert {row.board for row in rows} <= Catalog.of().devices.keys()
    assert {row.level for row in rows} <= set(LEVELS)
