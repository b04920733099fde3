"""Whether a nixpkgs will do, asked of the real Nix: of small ones that are made here."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from liminix_gen.errors import ConfigurationError, EvaluationError, Where
from liminix_gen.model.kernel import Asked
from liminix_gen.nix.verbs import Nix
from liminix_gen.nixpkgs.source import look
from liminix_gen.package_set import UnusableError

pytestmark = pytest.mark.nix

ASKED = [Asked(by="config.packages", where=Where(Path("router.py"), 3)), Asked(by="ssh")]


def nixpkgs(folder: Path, *, release: str = "26.05", packages: str = "strace = null;") -> Path:
    (folder / "lib").mkdir(parents=True)
    version = f'{{ version = "{release}.1"; trivial.release = "{release}"; }}'
    (folder / "lib/default.nix").write_text(version)
    (folder / "default.nix").write_text(f"{{ config, overlays }}: {{ {packages} }}")
    return folder


def refused(kind: type[Exception], given: Path | None, nix: Nix, **packages: list[Asked]) -> str:
    with pytest.raises(kind) as caught:
        look(given, packages, nix)
    return str(caught.value)


def test_one_that_has_every_package(tmp_path: Path) -> None:
    assert look(nixpkgs(tmp_path / "new"), {"strace": ASKED}, Nix()) == tmp_path / "new"


def test_that_of_the_search_path(tmp_path: Path) -> None:
    nix = Nix()
    there = f"nixpkgs={nixpkgs(tmp_path / 'new')}"
    assert look(None, {}, evolve(nix, environ={**nix.environ, "NIX_PATH": there})) == (
        tmp_path / "new"
    )
    empty = evolve(nix, environ={**nix.environ, "NIX_PATH": ""})
    told = refused(UnusableError, None, empty)
    assert "no nixpkgs was found" in told
    clone = "git clone --depth 1 --branch nixos-26.05 https://github.com/NixOS/nixpkgs"
    assert f"hint: give one with --nixpkgs DIR: {clone}" in told


def test_a_package_that_is_missing_has_its_askers_and_a_neighbour(tmp_path: Path) -> None:
    told = refused(ConfigurationError, nixpkgs(tmp_path / "new"), Nix(), strase=ASKED)
    assert told.startswith("router.py:3: nixpkgs (26.05.1) has no package 'strase'")
    assert "asked for by config.packages, ssh" in told
    assert "hint: did you mean strace" in told


def test_one_that_is_too_old(tmp_path: Path) -> None:
    old = nixpkgs(tmp_path / "old", release="25.11")
    told = refused(UnusableError, old, Nix(), strase=ASKED)
    assert f"{old}: this nixpkgs is 25.11.1, which is too old" in told
    assert "26.05 or later is needed" in told


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    told = refused(ConfigurationError, tmp_path, Nix())
    assert f"{tmp_path}: is not a nixpkgs: it has no folder lib" in told


def test_one_that_is_broken(tmp_path: Path) -> None:
    broken = nixpkgs(tmp_path / "broken", packages='strace = throw "x"; }; {')
    told = refused(EvaluationError, broken, Nix(), strace=ASKED)
    assert told.startswith(f"{broken}: cannot be read")
    assert "syntax error" in told
