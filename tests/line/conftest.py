"""A provider, a router and a visitor, each a guest of its own: one boot of them for each line."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
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


@pytest.fixture(scope="session")
def booted(
    built: Callable[[str, str], VmRoot], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., AbstractContextManager[Line]]:
    """Boot three configurations of this folder beside each other, on a line of a kind.

    ``waits`` for all services of the router; ``keeps`` gives it a disk for its state, and ``both``
    the provider's other port into the LAN.
    """

    @contextmanager
    def boot(
        names: tuple[str, str, str],
        line: str,
        *,
        waits: bool = False,
        keeps: bool = False,
        both: bool = False,
    ) -> Iterator[Line]:
        assert QEMU is not None
        if not process.has(QEMU.executable):
            pytest.skip(f"{QEMU.executable} is not installed")
        provider, router, visitor = (built(name, line) for name in names)
        folder = tmp_path_factory.mktemp(names[1])
        disk = folder / "disk" if keeps else None
        if disk is not None:
            make_disk(disk, "state")
        with Line(QEMU, (provider, router, visitor), folder, state=disk, both=both) as all_three:
            all_three.provider.boot()
            all_three.router.boot(waits=waits)
            all_three.visitor.boot(waits=False)
            yield all_three

    return boot


@pytest.fixture(scope="session")
def ethernet(booted: Callable[..., AbstractContextManager[Line]]) -> Iterator[Line]:
    """A line whose Ethernet has DHCPv6 and router advertisements."""
    with booted(("provider", "router", "visitor"), "ethernet", waits=True) as line:
        yield line


@pytest.fixture(scope="session")
def pppoe(booted: Callable[..., AbstractContextManager[Line]]) -> Iterator[Line]:
    """A line with PPPoE, whose router waits for its password."""
    with booted(("provider", "router", "visitor"), "pppoe") as line:
        yield line


@pytest.fixture(scope="session")
def home(booted: Callable[..., AbstractContextManager[Line]]) -> Iterator[Line]:
    """A line with PPPoE, and examples/home.py at its end."""
    with booted(("provider", "home", "household"), "pppoe", keeps=True) as line:
        yield line


@pytest.fixture(scope="session")
def profile(booted: Callable[..., AbstractContextManager[Line]]) -> Iterator[Line]:
    """A line with PPPoE, and at its end a gateway by its profile."""
    with booted(("provider", "profile", "household"), "pppoe") as line:
        yield line


@pytest.fixture(scope="session")
def two_lines(booted: Callable[..., AbstractContextManager[Line]]) -> Iterator[Line]:
    """Two lines, and examples/two-lines.py at their ends."""
    with booted(("two_providers", "two_lines", "visitor"), "two", waits=True, both=True) as line:
        yield line


@pytest.fixture(scope="session")
def tunnels(booted: Callable[..., AbstractContextManager[Line]]) -> Iterator[Line]:
    """A line to the hub of tunnels, and a router at its end that has some, and waits for secrets."""
    with booted(("hub", "branch", "visitor"), "", keeps=True) as line:
        yield line
