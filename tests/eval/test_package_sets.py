"""The same router on both package sets: their plans, and the names in the manifests of their trees."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from tests.support.evaluation import planned, rendered

if TYPE_CHECKING:
    from liminix_gen.model.kernel import Asked
    from liminix_gen.plan import (
        PlannedFile,
        PlannedLoader,
        PlannedPackage,
        PlannedService,
        PlannedSymbol,
    )

    Entry = PlannedFile | PlannedLoader | PlannedPackage | PlannedService | PlannedSymbol

# What is compared entry by entry, in the order of the entries.
COMPARED = ("services", "loaders", "symbols", "packages", "files")


def of_package_set(asked: Asked) -> bool:
    return asked.by.startswith("package-set ")


def asked_by_somebody(entries: Iterable[Entry]) -> list[Entry]:
    """Leave out what the package set asks for; what others want too keeps their request."""
    kept: list[Entry] = []
    for entry in entries:
        if not isinstance(entry.asked, tuple):
            kept += [] if of_package_set(entry.asked) else [entry]
        elif others := tuple(one for one in entry.asked if not of_package_set(one)):
            kept.append(evolve(entry, asked=others))
    return kept


def names(manifest: dict[str, dict[str, list[int]]], kind: str) -> list[str]:
    """Return the entries of a manifest that others than the package set asked for."""
    askers = manifest["askers"]
    return [
        name
        for name, asked in manifest[kind].items()
        if not all(askers[index]["by"].startswith("package-set ") for index in asked)
    ]


@pytest.mark.parametrize(
    "example", sorted(Path("examples").glob("*.py")), ids=lambda example: example.stem
)
def test_both_give_the_same(example: Path) -> None:
    system = load(example, Catalog.of())
    debian, nixpkgs = planned(system, "debian"), planned(system, "nixpkgs")
    assert (debian.package_set.name, nixpkgs.package_set.name) == ("debian", "nixpkgs")
    for kind in COMPARED:
        first = asked_by_somebody(getattr(debian, kind))
        second = asked_by_somebody(getattr(nixpkgs, kind))
        assert first == second, kind
        assert len(first) > 0 or kind == "loaders"
    for same in ("hostname", "device", "ids"):
        assert getattr(debian, same) == getattr(nixpkgs, same)

    first, second = (
        json.loads(rendered(system, name)["manifest.json"]) for name in ("debian", "nixpkgs")
    )
    for kind in (*COMPARED, "kernel-modules"):
        assert names(first, kind) == names(second, kind), kind
    for same in ("hostname", "device", "ids"):
        assert first[same] == second[same]
