"""One boot per device for all files here; they run in the order of their names.

The last file powers the router off. Consoles and captured frames are kept in pytest's folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.qemu.state import make_disk
from tests.support.peer import dhcp_client
from tests.support.reaching import LAN_ADDRESS, private_key
from tests.support.router import TIMEOUT_S, Router, build_vmroot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liminix_gen import System
    from liminix_gen.model.device import Qemu
    from liminix_gen.qemu.machines import VmRoot
    from tests.support.peer.dhcp import Lease

HERE = Path(__file__).parent
MODULES = HERE.parent / "modules"
DEVICES = ("qemu-mipsel", "x86-64", "qemu-aarch64", "qemu-armv7l")


def routers(device: str) -> list[System]:
    """Return the router of router.py for a device."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIMINIX_GEN_TEST_DEVICE", device)
        return [load(HERE / "router.py", Catalog.of((MODULES,)))]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.boot)
            item.add_marker(pytest.mark.proves("booted", by="pytest tests/boot", of=routers))


@pytest.fixture(scope="session", params=DEVICES)
def device(request: pytest.FixtureRequest) -> str:
    """The name of the device under test."""
    return str(request.param)


@pytest.fixture(scope="session")
def machine(device: str) -> Qemu:
    """The QEMU that stands for the device."""
    qemu = Catalog.of().device(device).qemu
    assert qemu is not None
    if not process.has(qemu.executable):
        pytest.skip(f"{qemu.executable} is not installed")
    return qemu


@pytest.fixture(scope="session")
def vmroot(device: str, machine: Qemu, tmp_path_factory: pytest.TempPathFactory) -> VmRoot:
    """The image of router.py for the device, built."""
    del machine  # asked for, to skip before the build
    link = tmp_path_factory.mktemp(device) / "vmroot"
    return build_vmroot(HERE / "router.py", device, link, MODULES)


@pytest.fixture(scope="session")
def state(device: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The disk that holds the router's state through all its boots."""
    image = tmp_path_factory.mktemp(f"{device}-state") / "disk"
    make_disk(image, "state")
    return image


@pytest.fixture(scope="session")
def router(
    device: str,
    machine: Qemu,
    vmroot: VmRoot,
    state: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Router]:
    """The router, booted, all services ready."""
    with Router(machine, vmroot, tmp_path_factory.mktemp(f"{device}-boot"), state) as booted:
        booted.boot()
        yield booted


@pytest.fixture(scope="session")
def host_key(router: Router) -> str:
    """The MD5 of the ssh host key that the first boot made."""
    return router.check("md5sum /run/services/state/ssh/host_key").split()[0]


@pytest.fixture(scope="session")
def lease(router: Router) -> Lease:
    """The lease that the peer on the lan has from the router."""
    return dhcp_client.acquire(
        router.lan, server=LAN_ADDRESS, host_name="visitor", timeout_s=TIMEOUT_S
    )


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The private key that router.py lets in."""
    return private_key(tmp_path_factory.mktemp("key"))
