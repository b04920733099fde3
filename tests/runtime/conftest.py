from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.runtime.router import Router, build_programs
from tests.runtime.wan import Wan

TOOLS = ("s6-svscan", "s6-svstat", "busybox", "gcc")


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    assert not missing, f"missing {missing}: apt-get install s6 busybox gcc"
    return build_programs(tmp_path_factory.mktemp("programs"))


@pytest.fixture
def new_router(tmp_path: Path, programs: Path) -> Iterator[Callable[..., Router]]:
    routers: list[Router] = []

    def make(*options: str) -> Router:
        # Short pauses keep the tests short; what they measure is order and number.
        folder = tmp_path / f"router{len(routers)}"
        routers.append(Router(folder, programs, "-p", "100", "-P", "800", *options))
        return routers[-1]

    yield make
    for router in routers:
        router.end()


@pytest.fixture
def router(new_router: Callable[..., Router]) -> Router:
    return new_router()


@pytest.fixture(scope="module")
def wan(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, programs: Path
) -> Iterator[Wan]:
    """A WAN whose udhcpc is as many times faster as the module says."""
    wan = Wan(tmp_path_factory.mktemp("wan"), programs, request.module.TIMES_FASTER)
    try:
        yield wan.boot()
    finally:
        wan.close()


@pytest.fixture
def at_the_end_all_is_well(wan: Wan) -> Iterator[None]:
    yield
    wan.set_right()
