"""outputs/: what an image declares is what its Nix takes, and what the lists of packages hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from liminix_gen import System, values
from liminix_gen.catalog import Catalog
from liminix_gen.debian.packages import host_tools, image_tools, tool_package
from liminix_gen.model.output import Fact, Image, roots_of, whole
from liminix_gen.model.root import READ_ONLY, ROOT_SYMBOLS
from tests.docs import COMMAND_LINE, pages
from tests.support.evaluation import planned

ROOT = Path(__file__).parents[2]
CATALOG = Catalog.of()
IMAGES = {name: CATALOG.image(name) for name in CATALOG.outputs}
BOARDS = {name: CATALOG.device(name) for name in CATALOG.devices}

each = pytest.mark.parametrize("image", IMAGES.values(), ids=IMAGES)


def code(image: Image) -> str:
    """Its Nix, without comments."""
    text = (image.folder / "output.nix").read_text()
    without = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"^ *#.*$", "", without, flags=re.MULTILINE)


def formals(image: Image) -> dict[str, bool]:
    """What its Nix takes, and whether it has to be given."""
    head = code(image).partition("{")[2].partition("}:")[0]
    parts = (one.partition("?") for one in head.split(",") if one.strip())
    return {name.strip(): not default for name, default, _ in parts}


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ({"type": str}, "Fact.type must be one of liminix_gen.values, such as Text(), not <class 'str'>"),
        ({"type": values.Text()}, "Fact.description must be a line of text, not None"),
        ({"type": values.Text(), "description": "x", "required": 1}, "Fact.required must be True or False, not 1"),
    ],
)  # fmt: skip
def test_what_a_fact_is_made_of(fact: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Fact(**{"description": None, **fact})


@each
def test_the_images_that_it_takes_are_those_that_it_declares(image: Image) -> None:
    taken = {name for name in formals(image) if name in IMAGES}
    assert taken == set(image.taken(image.made_for))
    # What it takes for some boards alone may be absent.
    assert {name for name in taken if formals(image)[name]} == set(image.made_of)


@each
def test_the_facts_of_a_board_that_it_takes_are_those_that_it_declares(image: Image) -> None:
    given = {"buildPackages", "commandLine", "runCommand", "ubiGeometry"}
    taken = {
        name: needed
        for name, needed in formals(image).items()
        if re.search("[A-Z]", name) and name not in given
    }
    assert taken == {name: fact.required for name, fact in image.facts.items()}


@each
def test_the_parts_of_a_board_that_it_takes_are_those_that_it_declares(image: Image) -> None:
    text = code(image)
    optional = set(re.findall(r"board \? (\w+)", text)) | set(
        re.findall(r"board\.(\w+)\.\w+ or", text)
    )
    inherited = re.findall(r"inherit \(board\) ([\w ]+);", text)
    named = set(re.findall(r"board\.(\w+)", text)) | set(" ".join(inherited).split())
    assert set(image.parts) == named & {"boot", "flash", "tftp", "ubi"} - optional


@each
def test_its_tools_are_those_that_it_declares(image: Image) -> None:
    assert sorted(set(re.findall(r"buildPackages\.([\w-]+)", code(image)))) == list(image.tools)


@each
def test_the_lists_of_ci_have_its_tools(image: Image) -> None:
    wanted = {tool_package(tool) for tool in image.tools}
    assert wanted <= listed("demo-packages") | listed("test-packages")


def listed(name: str) -> set[str]:
    return set((ROOT / ".ci" / name).read_text().split())


# What nobody's build asks for: the virtual environment, Nix, apt, and the board that it boots.
_BESIDE = {"ca-certificates", "libc6-dev", "nix-bin", "perl", "python3-venv", "qemu-system-mips"}
# What the base system of Debian has.
_ALWAYS = {"binutils-mipsel-linux-gnu", "dpkg", "perl-base"}


def test_the_demo_needs_its_own_tools_and_no_more() -> None:
    device = BOARDS["qemu-mipsel"]
    images = whole([device.default_output], ("squashfs",), CATALOG.image)
    tools = set(host_tools("mipsel", image_tools(images.values())).values())
    assert listed("demo-packages") == tools - _ALWAYS | _BESIDE
    assert not listed("demo-packages") & listed("test-packages")


@each
def test_it_says_what_it_is(image: Image) -> None:
    assert len(image.help.split()) > 4
    assert not image.help.endswith(".")
    for fact in image.facts.values():
        assert fact.description


@pytest.mark.parametrize("root", sorted(ROOT_SYMBOLS))
def test_a_type_of_root_is_an_image_that_holds_it(root: str) -> None:
    assert IMAGES[root].can_hold(root)
    assert (IMAGES[root].roots is None) == (root in READ_ONLY)


def test_the_table_has_every_image_that_a_board_offers() -> None:
    assert COMMAND_LINE.read_text() == pages()[COMMAND_LINE], "run `make docs`"
    for board in BOARDS.values():
        for output in (*board.outputs, *board.roots):
            assert f"| `{output}` |" in COMMAND_LINE.read_text()


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_knows_its_images_and_what_they_are_made_of(board: str) -> None:
    device = BOARDS[board]
    offered = {"squashfs", *device.roots, *device.outputs}
    assert offered <= device.images.keys()
    for image in device.images.values():
        assert set(image.taken(device.traits(*device.roots))) <= device.images.keys()


@pytest.mark.parametrize(
    ("board", "root"), [(name, root) for name, board in BOARDS.items() for root in board.roots]
)
def test_the_image_that_is_built_holds_the_root(board: str, root: str) -> None:
    """Also where a board has its roots in different places: a card, and flash that is UBI."""
    config = System(device=board)
    config.root = root
    made = planned(config)
    assert made.default_output in made.outputs
    if made.default_output in made.device.outputs:
        assert root in roots_of(made.device, made.default_output)


def test_a_card_and_flash_have_images_of_their_own() -> None:
    board = BOARDS["banana-pi-r3"]
    assert roots_of(board, "ubimage") == ("ubifs",)
    config = System(device="banana-pi-r3")
    config.root = "ext4"
    assert planned(config).default_output == "sdimage"
