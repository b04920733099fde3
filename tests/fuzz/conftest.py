"""The fixture of the fuzzers, and their figures at the end."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.ground import Fuzz

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_FIGURE = "fuzz"


@pytest.fixture
def fuzz(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Fuzz:
    name = request.node.name.removeprefix("test_")
    return Fuzz(name=name, tell=lambda line: record_property(_FIGURE, line))


@pytest.fixture
def memory_path() -> Generator[Path]:
    """A folder in memory, where there is one: a disk takes ten times as long for small files."""
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as folder:
        yield Path(folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the share of each fuzzer; its report has it from whichever process ran it."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, ())]
    lines = [
        str(value)
        for report in reports
        for name, value in report.user_properties
        if name == _FIGURE and report.when == "call"
    ]
    for line in sorted(lines):
        terminalreporter.write_line(line)
