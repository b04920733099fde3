"""An image in a folder of a user's own: nothing else knows of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.command_line import run
from tests.support.emission import lock_file

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTPUT = """\
from liminix_gen import Fact, Image, values

output = Image(
    help="a card with the name of the board and its greeting",
    made_of=("squashfs",),
    tools=("python3",),
    symbols={"EFI_PARTITION": "y", "PARTITION_ADVANCED": "y"},
    facts={
        "greetingText": Fact(type=values.Text(), description="what it says"),
        "timesSaid": Fact(type=values.Integer(1, 9), description="how often", required=False),
    },
)
"""

NIX = """\
{
  board,
  buildPackages,
  greetingText,
  lib,
  runCommand,
  squashfs,
  timesSaid ? 2,
}:
runCommand "greeting-card"
  {
    size = "${toString timesSaid}";
    nativeBuildInputs = [ buildPackages.python3 ];
  }
  ''
    python3 ${./card.py} ${board.name} ${lib.escapeShellArg greetingText} "$size" >"$out"
    : ${squashfs.name}
  ''
"""

SCRIPT = """\
import sys
name, text, times = sys.argv[1:]
print(name, *[text] * int(times))
"""

DEVICE = """\
from attrs import evolve
from liminix_gen.catalog import Catalog

device = evolve(
    Catalog.of().device("qemu-mipsel"),
    outputs={"greeting-card": {"greetingText": "so $HOME"}},
    default_output="greeting-card",
    images={},
)
"""

ROUTER = """\
from liminix_gen import System

config = System(device="greeter")
"""
OPTIONS = ("--outputs", "outputs", "--devices", "devices")


def project(folder: Path, **other: str) -> Path:
    """Write an image, a board that offers it, and a router."""
    files: Mapping[str, str] = {
        "outputs/greeting_card/output.py": other.get("output", OUTPUT),
        "outputs/greeting_card/output.nix": NIX,
        "outputs/greeting_card/card.py": SCRIPT,
        "devices/greeter/device.py": other.get("device", DEVICE),
        "router.py": ROUTER,
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def test_it_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = project(tmp_path)
    shutil.copy(lock_file(), folder / "router.lock")
    run("build", *OPTIONS, "router.py", cwd=folder)
    assert (folder / "result").read_text() == "greeter so $HOME so $HOME\n"

    run("emit", *OPTIONS, "router.py", "-o", "tree", cwd=folder)
    emitted = {path.name for path in (folder / "tree/outputs").iterdir()}
    assert emitted == {"greeting_card", "squashfs"}
    assert sorted(path.name for path in (folder / "tree/outputs/greeting_card").iterdir()) == [
        "card.py",
        "output.nix",
    ]
    # Its symbols are the kernel's, and it is who asked.
    assert "output greeting-card" in (folder / "tree/manifest.json").read_text()
    assert 'EFI_PARTITION = "y"' in (folder / "tree/system.nix").read_text()


@pytest.mark.parametrize(
    ("kind", "before", "after", "message"),
    [
        ("output", "output = I", "image = I", "output.py:1: does not define `output`, an Image"),
        ("output", '"squashfs",', '"squashf",', "output.py:5: there is no output 'squashf'\n  for the device of router.py:3\n  hint: did you mean squashfs?"),
        ("output", '("python3",)', "3", "output.py:3: tools must be a list"),
        ("output", '"y"', '"yes"', "output.py:3: symbols ['EFI_PARTITION'] must be 'y', 'm', 'n', a number"),
        ("device", '"greetingText": ', '"greetingTxt": ', "the output greeting-card takes no 'greetingTxt'\n  for the device of router.py:3\n  hint: did you mean greetingText?"),
        ("device", '"greetingText": "so $HOME"', "", "the output greeting-card lacks 'greetingText'\n  for the device of router.py:3\n  hint: greetingText is what it says"),
        ("device", '"so $HOME"', '"x", "timesSaid": 10', "timesSaid of the output greeting-card must be a whole number from 1 to 9, not 10\n  for the device of router.py:3\n  hint: timesSaid is how often"),
        ("device", '{"greeting-card"', '{"mtdimage": {}, "greeting-card"', "the output mtdimage needs the board's 'flash'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, kind: str, before: str, after: str, message: str
) -> None:
    text = {"output": OUTPUT, "device": DEVICE}[kind]
    assert before in text
    folder = project(tmp_path, **{kind: text.replace(before, after, 1)})
    assert message in run("check", *OPTIONS, "router.py", cwd=folder, code=2).stderr
