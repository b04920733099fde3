"""A provider, a router and a visitor, each a guest of its own: one boot of them for each line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.qemu.state import make_disk
from tests.line.board import QEMU
from tests.support import vmroot as vmroots
from tests.support.beside import Line
from tests.support.reaching import liminix_gen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from liminix_gen.qemu.machines import VmRoot

HERE = Path(__file__).parent
MODULES = HERE.parent / "modules"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.boot)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], VmRoot]:
    """Build the `vmroot` of a configuration by the command line, as a user would."""

    def build(name: str, line: str) -> VmRoot:
        link = tmp_path_factory.mktemp(name) / "vmroot"
        words = ("--modules", MODULES, "--output", "vmroot", "--out-link", link)
        command = liminix_gen("build", HERE / f"{name}.py", *words)
        environment = process.environment(LIMINIX_GEN_TEST_LINE=line)
        process.run(command, env=environment, timeout_s=3600)
        return vmroots.read(link)

    return build


def booted(line: str, built: Callable[[str, str], VmRoot], logs: Path) -> Iterator[Line]:
    assert QEMU is not None
    if not process.has(QEMU.executable):
        pytest.skip(f"{QEMU.executable} is not installed")
    names = ("provider", "router", "visitor")
    provider, router, visitor = (built(name, line) for name in names)
    with Line(QEMU, (provider, router, visitor), logs) as all_three:
        all_three.provider.boot()
        # On PPP it waits for its password.
        all_three.router.boot(waits=line == "ethernet")
        all_three.visitor.boot(waits=False)
        yield all_three


@pytest.fixture(scope="session")
def ethernet(
    built: Callable[[str, str], VmRoot], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    """A line whose Ethernet has DHCPv6 and router advertisements."""
    yield from booted("ethernet", built, tmp_path_factory.mktemp("ethernet"))


@pytest.fixture(scope="session")
def pppoe(
    built: Callable[[str, str], VmRoot], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    """A line with PPPoE."""
    yield from booted("pppoe", built, tmp_path_factory.mktemp("pppoe"))


@pytest.fixture(scope="session")
def home(
    built: Callable[[str, str], VmRoot], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    """A line with PPPoE, and examples/home.py at its end."""
    assert QEMU is not None
    folder = tmp_path_factory.mktemp("home")
    make_disk(folder / "disk", "state")
    provider, router, visitor = (built(name, "pppoe") for name in ("provider", "home", "household"))
    with Line(QEMU, (provider, router, visitor), folder, state=folder / "disk") as all_three:
        all_three.provider.boot()
        all_three.router.boot(waits=False)
        all_three.visitor.boot(waits=False)
        yield all_three


@pytest.fixture(scope="session")
def profile(
    built: Callable[[str, str], VmRoot], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    """A line with PPPoE, and at its end a gateway by its profile."""
    assert QEMU is not None
    names = ("provider", "profile", "household")
    provider, router, visitor = (built(name, "pppoe") for name in names)
    logs = tmp_path_factory.mktemp("profile")
    with Line(QEMU, (provider, router, visitor), logs) as all_three:
        all_three.provider.boot()
        all_three.router.boot(waits=False)
        all_three.visitor.boot(waits=False)
        yield all_three


@pytest.fixture(scope="session")
def two_lines(
    built: Callable[[str, str], VmRoot], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    """Two lines, and examples/two-lines.py at their ends."""
    assert QEMU is not None
    names = ("two_providers", "two_lines", "visitor")
    provider, router, visitor = (built(name, "two") for name in names)
    logs = tmp_path_factory.mktemp("two-lines")
    with Line(QEMU, (provider, router, visitor), logs, both=True) as all_three:
        all_three.provider.boot()
        all_three.router.boot()
        all_three.visitor.boot(waits=False)
        yield all_three


@pytest.fixture(scope="session")
def tunnels(
    built: Callable[[str, str], VmRoot], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    """A line to the hub of tunnels, and a router at its end that has some."""
    assert QEMU is not None
    folder = tmp_path_factory.mktemp("tunnels")
    make_disk(folder / "disk", "state")
    hub, router, visitor = (built(name, "") for name in ("hub", "branch", "visitor"))
    with Line(QEMU, (hub, router, visitor), folder, state=folder / "disk") as all_three:
        all_three.provider.boot()
        # It waits for its secrets.
        all_three.router.boot(waits=False)
        all_three.visitor.boot(waits=False)
        yield all_three
