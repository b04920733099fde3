"""From places in an emitted tree to the lines of the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from liminix_gen import System, text_file
from liminix_gen.errors import Problem
from liminix_gen.nix.blame import placed
from liminix_gen.nix.events import Complaint, Position, Step
from liminix_gen.nix.failures import ExpressionError
from tests.support.evaluation import planned, rendered, unpack


def system() -> System:
    config = System(device="qemu-mipsel")
    link = config.service.network.link.build(ifname="lan.1")
    config.services["lan.1"] = link
    config.files["/etc/motd"] = text_file("/etc/motd", "Mind the gap.\n")
    return config


def blamed(complaint: Complaint, tree: Path, *, whole: bool = False) -> Problem:
    error = ExpressionError([], [complaint])
    (problem,) = placed(error, planned(system()), tree, whole=whole).problems
    return problem


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return unpack(rendered(system()), tmp_path / "tree")


def line_of(tree: Path, text: str) -> int:
    lines = (tree / "system.nix").read_text().split("\n")
    return 1 + next(number for number, line in enumerate(lines) if text in line)


@pytest.mark.parametrize(
    "complaint",
    [
        Complaint(text="no", trace=(Step("of the derivation 'service-lan.1'", None),)),
        Complaint(text="service `lan.1`, modules/network/link/link.nix: no"),
    ],
    ids=["by its derivation", "by what lib/services/service.nix says"],
)
def test_a_service_is_found_by_its_name(tree: Path, complaint: Complaint) -> None:
    problem = blamed(complaint, tree)
    assert str(problem.where).endswith("test_blame.py:19")
    assert "for network.link" in problem.why


@pytest.mark.parametrize(
    ("entry", "where"), [('"/etc/motd" = {', 21), ('"lan.1" = liminix.callService {', 19)]
)
def test_an_entry_of_system_nix_is_found_by_its_line(tree: Path, entry: str, where: int) -> None:
    # The place is in the middle of the entry.
    place = Position(str(tree / "system.nix"), line_of(tree, entry) + 2)
    problem = blamed(Complaint(text="no\nmore", position=place), tree)
    assert str(problem.where).endswith(f"test_blame.py:{where}")
    assert problem.what == "no"
    assert problem.why.startswith("more\n")
    assert f"at {place}" in problem.why


def test_what_nobody_asked_for_has_no_line(tree: Path) -> None:
    place = Position(str(tree / "lib" / "boot" / "init.nix"), 3)
    problem = blamed(Complaint(text="no", position=place), tree)
    assert problem.where is None
    assert problem.why == f"at {place}"


def test_every_step_is_shown_when_that_is_wanted(tree: Path) -> None:
    place = Position("/nixpkgs/lib/trivial.nix", 288)
    complaint = Complaint(text="no", trace=(Step("while calling 'id'", place), Step("of", None)))
    problem = blamed(complaint, tree, whole=True)
    assert problem.why == "while calling 'id' (/nixpkgs/lib/trivial.nix:288)"
    assert problem.hint == ""
    assert blamed(complaint, tree).hint
