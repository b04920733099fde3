"""The manifest of a tree: who asked for what, each asker once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from tests.support.evaluation import planned, rendered

if TYPE_CHECKING:
    from liminix_gen.plan import Plan

EXAMPLES = sorted(Path("examples").glob("*.py"))


def said(plan: Plan) -> dict[str, dict[str, list[str]]]:
    """Return who asked for what, by the plan."""
    return {
        "services": {one.name: [one.asked.by] for one in plan.services},
        "loaders": {one.name: [asked.by for asked in one.asked] for one in plan.loaders},
        "symbols": {one.name: [asked.by for asked in one.asked] for one in plan.symbols},
        "packages": {one.name: [asked.by for asked in one.asked] for one in plan.packages},
        "files": {one.file.path: [one.asked.by] for one in plan.files},
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_it_says_who_asked(example: Path) -> None:
    system = load(example, Catalog.of())
    plan = planned(system)
    manifest = json.loads(rendered(system)["manifest.json"])
    askers = [one["by"] for one in manifest["askers"]]
    for kind, entries in said(plan).items():
        found = {name: [askers[index] for index in asked] for name, asked in manifest[kind].items()}
        assert found == entries, kind
    modules = {module for loader in plan.loaders for module in loader.modules}
    assert set(manifest["kernel-modules"]) == modules


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_an_asker_stands_there_once(example: Path) -> None:
    text = rendered(load(example, Catalog.of()))["manifest.json"].decode()
    manifest = json.loads(text)
    rows = [json.dumps(asker) for asker in manifest["askers"]]
    assert [text.count(row) for row in rows] == [1] * len(rows)
    assert f"{example.name}:" in text


def test_an_entry_has_a_line_of_its_own() -> None:
    text = rendered(load(EXAMPLES[0], Catalog.of()))["manifest.json"].decode()
    manifest = json.loads(text)
    lines = {line.strip().rstrip(",") for line in text.split("\n")}
    assert {json.dumps(asker) for asker in manifest["askers"]} <= lines
    for kind in ("services", "symbols", "owned"):
        assert {f'"{name}": {json.dumps(one)}' for name, one in manifest[kind].items()} <= lines
