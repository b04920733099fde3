"""The router of examples/home.py, on the board of tests/line, and with a console."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from liminix_gen import System
from tests.line.board import BOARD
from tests.support.kernels import with_the_kernel_of_boots

EXAMPLE = Path(__file__).parents[2] / "examples" / "home.py"


def home() -> System:
    """Return the example's configuration."""
    text = EXAMPLE.read_text(encoding="utf-8").replace('"qemu-mipsel"', f'"{BOARD}"')
    names: dict[str, object] = {}
    exec(compile(text, str(EXAMPLE), "exec"), names)  # noqa: S102  a file of this project
    return cast("System", names["config"])


config = with_the_kernel_of_boots(home())
config.console = "shell"
