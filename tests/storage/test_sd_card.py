"""A board that QEMU has whole starts from its SD card: boot ROM, U-Boot, kernel, services."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.qemu.networks import netdev
from tests.support.answers import answer
from tests.support.installed import MODULES, SMALL, Installed, build

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from liminix_gen import System

BOARD = "orangepi-pc"
CARD_BYTES = 256 << 20


def routers(device: str) -> list[System]:
    """Return the routers that are booted here."""
    found: list[System] = []
    for root in ("squashfs", "ext4"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LIMINIX_GEN_TEST_DEVICE", device)
            patch.setenv("LIMINIX_GEN_TEST_ROOT", root)
            found.append(load(SMALL, Catalog.of((MODULES,))))
    return found


pytestmark = [
    pytest.mark.boot,
    pytest.mark.proves("booted", by="pytest tests/storage/test_sd_card.py", of=routers),
]


class Card(Installed):
    """A board with its whole image on a card."""

    def _installed(self, change: str) -> Sequence[str]:
        link = build(self.device, self.root_type, change, "sdimage", self.folder / "sdimage")
        self.insert(link / "disk.img", CARD_BYTES)
        card = f"if=sd,format=raw,file={self.disk}"
        command = ["qemu-system-arm", "-machine", "orangepi-pc", "-display", "none", "-no-reboot"]
        command += ["-serial", "stdio", "-monitor", "none", "-drive", card]
        return [*command, *netdev(self._way, 0), "-net", "nic,netdev=net0"]

    def _is_over(self) -> bool:
        # QEMU 7.2 does not have the watchdog that resets this board.
        return super()._is_over() or "reboot: Restarting system" in self.guest.console.text


@pytest.fixture(scope="module", params=["squashfs", "ext4"])
def root(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def board(root: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Card]:
    with Card(BOARD, root, tmp_path_factory.mktemp(root) / "board") as made:
        yield made


@pytest.mark.parametrize("device", [BOARD])
def test_from_power_on_to_all_services(board: Card, device: str) -> None:
    assert "all services ready" in board.boot()
    steps = ("U-Boot SPL", "Found /extlinux/extlinux.conf", "Booting Linux on physical CPU")
    places = [board.said.index(step) for step in steps]
    assert places == sorted(places)
    facts = board.facts()
    assert (facts["device"], facts["root"]) == (device, board.root_type)
    assert facts["watchdog"] == "yes"
    assert re.search(r"^/dev/\w+ / ", board.ssh("cat /proc/mounts"), re.MULTILINE)


@pytest.mark.parametrize("device", [BOARD])
def test_an_update_is_there_after_a_reboot(board: Card, device: str) -> None:
    if board.root_type == "squashfs":
        pytest.skip("a root that is only read has no updates")
    assert board.facts()["device"] == device
    result = answer("update", board.update("service").stdout)
    assert board.facts()["active"] == result["system"] != result["before"]
    assert "added" in board.ssh("services")
