"""docs/proof.json: which row counts, and when it is stale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import evolve

from liminix_gen.catalog import Catalog, share_folder
from liminix_gen.proof import LEVELS, Proof, hash_of, load, proof_file, record, standing

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
    found = standing(boards(tmp_path), "one", (BOOTED, holds))
    assert found is not None
    assert (found.proof, found.stale) == (holds, False)
    assert str(found) == "evaluated 2026-01-31"


def test_without_a_row_that_holds_the_strongest_is_shown_as_stale(tmp_path: Path) -> None:
    found = standing(boards(tmp_path), "one", (ROW, BOOTED))
    assert found is not None
    assert (found.proof, found.stale) == (BOOTED, True)
    assert str(found) == "booted 2025-12-01 (stale)"


def test_a_board_without_a_row_has_none(tmp_path: Path) -> None:
    assert standing(boards(tmp_path), "two", (ROW,)) is None


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
        "devices/one/device.py": "from ..families.near import thing\n",
        "devices/two/device.py": "from ..families import near\n",
        "devices/three/device.py": "",
        "devices/families/near.py": "from . import (\n    far,\n)\n",
        "devices/families/far.py": "",
        "devices/families/other.py": "",
        "modules/lamp/module.py": "",
        "modules/bell/module.py": "",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return Catalog((folder / "modules",), (folder / "devices",))


@pytest.mark.parametrize(
    ("path", "stale"),
    [
        ("devices/one/device.py", {"one"}),
        ("devices/families/near.py", {"one", "two"}),
        ("devices/families/far.py", {"one", "two"}),
        ("devices/families/other.py", set[str]()),
        ("modules/lamp/module.py", {"one", "two", "three"}),
        ("modules/lamp/lamp.nix", {"one", "two", "three"}),
        # Types that are in no image of theirs, new ones too.
        ("modules/bell/module.py", set[str]()),
        ("modules/horn/module.py", set[str]()),
        ("modules/lamp/dimmer/module.py", set[str]()),
    ],
)
def test_a_changed_file_makes_its_boards_stale(tmp_path: Path, path: str, stale: set[str]) -> None:
    before = hashes(boards(tmp_path))
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    with (tmp_path / path).open("a") as file:
        file.write("# changed\n")
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
