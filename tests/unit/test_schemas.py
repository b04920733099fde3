"""`docs --schemas`: they take what the tool writes, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, NotRequired, TypedDict

import pytest
from attrs import frozen
from jsonschema import Draft202012Validator

from liminix_gen.cli.answers import BY_COMMAND
from liminix_gen.docs import shapes
from liminix_gen.nix.manifest import Manifest, Origin
from tests.support.answers import answer, validator
from tests.support.emission import ROOT
from tests.support.forked import ended as run

MANIFESTS = [
    *sorted((ROOT / "tests" / "golden").glob("*/manifest.json")),
    ROOT / "templates" / "flake" / "router" / "manifest.json",
]


@frozen
class Lamp:
    """A lamp.

    More of it.
    """

    watts: int
    names: tuple[str, ...]


class Room(TypedDict):
    """A room."""

    lamps: Annotated[list[Lamp], "the brightest first"]
    above: NotRequired[Room | None]


def test_a_shape_becomes_a_schema() -> None:
    schema = shapes.schema(Room, "A house")
    assert schema["title"] == "A house"
    assert schema["$defs"]["Lamp"] == {
        "description": "A lamp.",
        "type": "object",
        "properties": {
            "watts": {"type": "integer"},
            "names": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["watts", "names"],
        "additionalProperties": False,
    }
    lamps = schema["$defs"]["Room"]["properties"]["lamps"]
    assert lamps["description"] == "the brightest first"
    strict = Draft202012Validator(schema)
    room = {"lamps": [{"watts": 1, "names": []}], "above": {"lamps": [], "above": None}}
    strict.validate(room)
    for wrong in ({}, {"lamps": 1}, {"lamps": [], "below": None}, {"lamps": [{"watts": 1}]}):
        assert not strict.is_valid(wrong)


def test_a_shape_that_json_has_not_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        shapes.schema(list[bytes], "")


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.parent.name)
def test_a_manifest_is_what_its_schema_says(file: Path) -> None:
    strict = Draft202012Validator(shapes.schema(Manifest, "manifest.json", more=Origin))
    manifest = {"owned": {}, **json.loads(file.read_text())}  # snapshots lack it
    strict.validate(manifest)
    for key in manifest:
        assert not strict.is_valid({**manifest, key: 3.5}), key
    assert not strict.is_valid({**manifest, "more": 1})


def test_there_are_manifests_of_both_package_sets() -> None:
    sets = {json.loads(file.read_text())["package-set"] for file in MANIFESTS}
    assert sets == {"debian", "nixpkgs"}


def test_every_command_with_json_has_a_schema(tmp_path: Path) -> None:
    run("docs", "--schemas", "schemas", cwd=tmp_path)
    written = {file.stem for file in (tmp_path / "schemas").iterdir()}
    with_json = {
        name
        for name in ("build", "check", "devices", "emit", "graph", "init", "kexec", "lock", "plan",
                     "run", "secret", "services", "size", "update", "why")
        if "--json" in run(name, "--help", cwd=tmp_path).stdout
    }  # fmt: skip
    assert with_json | {"check-kernel", "configuration", "manifest"} == written
    for command in BY_COMMAND:
        validator(command)


def test_one_type_and_one_board(tmp_path: Path) -> None:
    told = answer("services", run("services", "firewall", "--json", cwd=tmp_path).stdout)
    assert told["brings"]["packages"] == ["nftables"]
    told = answer("devices", run("devices", "openwrt-one", "--json", cwd=tmp_path).stdout)
    assert told["proven"]["hardware"]["driven"] > 0
    assert told["facts"]["debian"] == "arm64"
