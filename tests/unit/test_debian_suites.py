"""Releases of Debian, and which serves an architecture."""

import re
from datetime import date

from liminix_gen.catalog import Catalog, share_folder
from liminix_gen.debian.architectures import ARCHITECTURES, RELEASE_OF
from liminix_gen.debian.boards import known
from liminix_gen.debian.suites import (
    BOOKWORM,
    KERNEL_ARCHITECTURE,
    RELEASES,
    SUITES,
    TRIXIE,
    part_of,
    release_of,
)


def test_every_architecture_has_a_release() -> None:
    assert KERNEL_ARCHITECTURE in RELEASE_OF
    boards = [Catalog.of().device(name) for name in Catalog.of().devices]
    assert {known(board) for board in boards} - {None} == RELEASE_OF.keys()


def test_what_python_and_nix_both_know_of_an_architecture_is_the_same() -> None:
    text = (share_folder() / "templates/nix/debian/architectures.nix").read_text()
    known_to_nix = re.findall(
        r'^  (\w+) = \{\n    triplet = "([^"]+)".*?"gcc(\w+)"', text, re.MULTILINE | re.DOTALL
    )
    assert sorted(known_to_nix) == sorted(
        (one.name, one.triplet, one.name.capitalize()) for one in ARCHITECTURES.values()
    )


def test_a_release_says_until_when_it_has_security_updates() -> None:
    ends = [date.fromisoformat(release.supported_until) for release in RELEASES]
    assert ends == sorted(ends)
    assert [release.number for release in RELEASES] == [12, 13]
    assert str(TRIXIE) == "Debian 13 (trixie)"


def test_a_suite_is_of_one_release() -> None:
    for suite in SUITES:
        found = release_of([suite])
        assert found is not None
        assert suite == found.suite(part_of(suite))
    assert release_of([]) is None
    assert release_of(["sid"]) is None
    assert release_of(["bookworm", "bookworm-security"]) is BOOKWORM


def test_parts_of_suites() -> None:
    assert [part_of(suite) for suite in TRIXIE.suites] == ["release", "updates", "security"]
    assert TRIXIE.security == "trixie-security"
