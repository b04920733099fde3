"""The fixture of the fuzzers, and their figures at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fuzz.ground import Fuzz, in_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

_FIGURE = "fuzz"


@pytest.fixture
def fuzz(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Fuzz:
    name = request.node.name.removeprefix("test_")
    return Fuzz(name=name, tell=lambda line: record_property(_FIGURE, line))


@pytest.fixture
def memory_path() -> Generator[Path]:
    with in_memory() as folder:
        yield folder


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
