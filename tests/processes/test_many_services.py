"""Many services cost as much more as they are more.

Seen: the tree of 1,000 services took ten times that of 300, for who asked for a package was copied
with each new asker, and which services are controlled was found out anew for each. Of the same kind:
what a service type's author wrote was read from its files for each service; and what is pruned.

Time cannot be trusted on a machine that is used, so calls are counted, those of functions in C too:
from one size to its double the calls double, and with what is quadratic they grow by more.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.nix.render import render
from liminix_gen.nixpkgs.package_set import NIXPKGS
from liminix_gen.plan import plan
from tests.support.carried import emission
from tests.support.many import router


def calls_of(action: Callable[[], object]) -> int:
    """Return how many functions an action calls."""
    count = 0

    def profile(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[int, int]]:
    """Return the calls of each step, by the number of services of each type."""
    file = tmp_path_factory.mktemp("many") / "router.py"
    catalog = Catalog.of()

    def emit(count: int) -> dict[str, int]:
        file.write_text(router(3 * count))
        steps: dict[str, int] = {}
        steps["load"] = calls_of(lambda: load(file, catalog))
        system = load(file, catalog)
        steps["plan"] = calls_of(lambda: plan(system, NIXPKGS))
        planned = plan(load(file, catalog), NIXPKGS)
        steps["render"] = calls_of(lambda: render(emission(planned, file)))
        return steps

    emit(2)  # what is imported, and cached, once
    found = {count: emit(count) for count in (50, 100, 200)}
    return {step: {count: found[count][step] for count in found} for step in found[50]}


@pytest.mark.parametrize("step", ["load", "plan", "render"])
def test_the_work_grows_as_the_services_do(counts: dict[str, dict[int, int]], step: str) -> None:
    calls = counts[step]
    first, second = calls[100] - calls[50], calls[200] - calls[100]
    # Twice as many more services, and a little for the logarithm in sorting.
    assert second < 2.06 * first, calls
