"""The router of examples/home.py, on the board of tests/line, and with a console."""

from __future__ import annotations

from tests.line.board import example
from tests.support.kernels import with_the_kernel_of_boots

config = with_the_kernel_of_boots(example("home"))
config.console = "shell"
