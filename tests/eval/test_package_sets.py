"""The same router on both package sets, compared by what the manifests of its trees say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from tests.support.evaluation import rendered

if TYPE_CHECKING:
    from collections.abc import Mapping

# What is compared entry by entry, in the order of the entries.
COMPARED = ("services", "loaders", "symbols", "packages", "files")
Entries = dict[str, dict[str, object]]


def manifest(example: Path, package_set: str) -> Mapping[str, object]:
    tree = rendered(load(example, Catalog.of()), package_set)
    return cast("Mapping[str, object]", json.loads(tree["manifest.json"]))


def asked_by_somebody(entries: Entries) -> list[tuple[str, object]]:
    """Leave out what the package set asks for; what others want too keeps their request."""
    kept: list[tuple[str, object]] = []
    for name, entry in entries.items():
        askers = cast("list[dict[str, str]]", entry["asked"])
        others = [one for one in askers if not one["by"].startswith("package-set ")]
        if others:
            kept.append((name, {**entry, "asked": others}))
    return kept


@pytest.mark.parametrize(
    "example", sorted(Path("examples").glob("*.py")), ids=lambda example: example.stem
)
def test_both_give_the_same(example: Path) -> None:
    debian, nixpkgs = manifest(example, "debian"), manifest(example, "nixpkgs")
    assert (debian["package-set"], nixpkgs["package-set"]) == ("debian", "nixpkgs")
    for kind in COMPARED:
        first = asked_by_somebody(cast("Entries", debian[kind]))
        second = asked_by_somebody(cast("Entries", nixpkgs[kind]))
        assert first == second, kind
        assert len(first) > 0 or kind == "loaders"
    for same in ("hostname", "device", "ids"):
        assert debian[same] == nixpkgs[same]
