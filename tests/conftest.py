"""With LIMINIX_GEN_PROVE=1 the tests that prove something of a board write docs/proof.json.

``@pytest.mark.proves(LEVEL, by=COMMAND, of=SYSTEMS)`` is on a test with a parameter ``board`` or
``device``; SYSTEMS is a function from its name to the systems that the test builds for it.
A board has a level when every such test of it passed, and there was one.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from liminix_gen import proof
from liminix_gen.catalog import Catalog
from tests.support import scope
from tests.support.evaluation import planned

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from liminix_gen import System

# On a busy machine an input may take any time, to make and to try. That is not a fault of what is tried.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

_NO_CALL = SimpleNamespace(params={})

# Level, command, board and systems, and how each of the tests ended.
_ended: defaultdict[tuple[str, str, str, Callable[[str], Iterable[System]]], list[str]] = (
    defaultdict(list)
)


# What a build found of a board's hardware: record_property("hardware", FILE) of such a test.
_hardware: dict[str, proof.Hardware] = {}


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every look for garbage: a fifth of the time."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `make prove` has (tests/support/scope.py)."""
    left = [
        item
        for item in items
        if isinstance(item, pytest.Function)
        and item.get_closest_marker("boot")
        and not scope.is_in(str(item.path), getattr(item, "callspec", _NO_CALL).params)
    ]
    if left:
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)


@pytest.fixture(scope="session")
def figure() -> Callable[[str, str], None]:
    """Keep a figure, what and how much, for `make bench`, which names the file (tests/bench.py)."""

    def keep(what: str, measured: str) -> None:
        if file := os.environ.get("LIMINIX_GEN_FIGURES"):
            with Path(file).open("a", encoding="utf-8") as stream:
                stream.write(json.dumps([what, measured]) + "\n")

    return keep


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    marker = item.get_closest_marker("proves")
    if marker is not None and isinstance(item, pytest.Function):
        parameters = item.callspec.params
        board = str(parameters.get("board") or parameters["device"])
        if report.when == "call" or report.outcome != "passed":
            by, of = marker.kwargs["by"], marker.kwargs["of"]
            _ended[marker.args[0], by, board, of].append(report.outcome)
        for name, value in item.user_properties:
            if name == "hardware":
                _hardware[board] = proof.Hardware.read(Path(str(value)))
    return report


def pytest_sessionfinish(exitstatus: int) -> None:
    if not os.environ.get("LIMINIX_GEN_PROVE") or exitstatus not in {0, 1}:
        return
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    catalog = Catalog.of()
    proofs = [
        proof.Proof(
            board=board,
            level=level,
            command=by,
            date=today,
            reached=(types := reached(of(board))),
            hash=proof.hash_of(catalog, board, types),
            hardware=_hardware.get(board),
        )
        for (level, by, board, of), outcomes in _ended.items()
        if "passed" in outcomes and "failed" not in outcomes
    ]
    if proofs:
        proof.record(proof.proof_file(), proofs)


def reached(systems: Iterable[System]) -> tuple[str, ...]:
    """Return the service types of this project that images of systems reach."""
    found = {service.type for system in systems for service in planned(system).services}
    return tuple(sorted(found & Catalog.of().service_types.keys()))
