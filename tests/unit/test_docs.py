"""The pages that are made from the models are as they would be made now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import liminix_gen
from liminix_gen.catalog import Catalog
from liminix_gen.cli.commands import COMMANDS, loaded
from tests.docs import PAGE, README, pages
from tests.support import author_pages

CONTRIBUTING, ARCHITECTURE = Path("CONTRIBUTING.md"), Path("docs/architecture.md")


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_it_is_as_it_would_be_made(path: Path) -> None:
    assert path.read_text() == pages()[path], "run `make docs`"


def test_every_board_is_in_both() -> None:
    for board in Catalog.of().devices:
        assert f"| [{board}](docs/boards.md#{board}) |" in README.read_text()
        assert f"\n## {board}\n" in PAGE.read_text()


def test_every_name_of_an_author_is_described() -> None:
    groups = (*author_pages.GROUPS.values(), *author_pages.BOARDS.values())
    described = {name for names in groups for name in names}
    assert described | author_pages.OTHERS == set(liminix_gen.__all__)
    assert not described & author_pages.OTHERS


def test_a_number_is_of_one_user() -> None:
    rows = author_pages.numbers()
    assert len({number for _, number, _ in rows}) == len({name for name, _, _ in rows})
    assert ("ntp", "52", "`ntp`") in rows


@pytest.mark.parametrize("page", [CONTRIBUTING, ARCHITECTURE], ids=lambda page: page.name)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    """Those with a word in capitals are to be written."""
    named = re.findall(r"`([a-z._]+(?:/[\w.-]*)+|[\w.-]+\.(?:md|toml|yaml))`", page.read_text())
    assert len(named) > 10
    absent = [path for path in named if not re.search(r"[A-Z]{2}|/[AB]/|test_modules_B", path)]
    assert [path for path in absent if not Path(path).exists()] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_has_every_option_of_a_command(command: str) -> None:
    """In a row or paragraph that names the command."""
    text = Path("docs/command-line.md").read_text()
    blocks = re.split(r"\n(?=\n|\|)", text)
    about = "\n".join(one for one in blocks if re.search(rf"\b{command}\b", one))
    said = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", about))
    options = [one for one in loaded(command).params if one.param_type_name == "option"]
    assert {name for one in options for name in one.opts} - said == set()


def test_make_says_what_it_makes() -> None:
    text = Path("Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", text, re.MULTILINE)) - {"install"}
    assert set(re.findall(r"^# make ([a-z-]+) ", text, re.MULTILINE)) == targets
