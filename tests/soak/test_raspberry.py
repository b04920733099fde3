"""A Raspberry Pi 3B starts from its whole SD card, as far as QEMU has the board.

QEMU has no graphics processor: it takes kernel, device tree and command line from the card itself. There is no radio and
not the chip of the socket, so the network is an adapter on USB.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from liminix_gen import System, process
from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.qemu.networks import netdev
from tests.support.installed import PROJECT, Installed, environment
from tests.support.reaching import liminix_gen

ROUTER = Path(__file__).with_name("raspberry.py")
BOARD = "raspberry-pi-3b"
ROOTS = ("squashfs", "ext4")
CARD_BYTES = 256 << 20
# Of those that are nobody's: Linux calls the adapter usb0 then.
MAC = "02:00:00:00:00:01"


def routers(device: str) -> list[System]:
    """Return the routers that are booted here."""
    assert device == BOARD
    found: list[System] = []
    for root in ROOTS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LIMINIX_GEN_TEST_ROOT", root)
            found.append(load(ROUTER, Catalog.of()))
    return found


class Card(Installed):
    """A board with its whole image on a card, and what QEMU takes from there."""

    def _installed(self, change: str) -> Sequence[str]:
        link = self.folder / "sdimage"
        words = liminix_gen("build", ROUTER, "--output", "sdimage", "-o", link)
        env = environment(self.device, self.root_type, change)
        process.run(words, env=env, cwd=PROJECT, timeout_s=3600)
        self.insert(link / "disk.img", CARD_BYTES)
        parts = json.loads((link / "manifest.json").read_text(encoding="utf-8"))["parts"]
        (start,) = (part["offset-bytes"] for part in parts if part["name"] == "boot")
        for file in ("kernel-a", "tree-a.dtb", "cmdline.txt"):
            words = ["mcopy", "-i", f"{self.disk}@@{start}", f"::{file}", str(self.folder / file)]
            process.run(words)
        command_line = (self.folder / "cmdline.txt").read_text(encoding="utf-8").strip()
        command = ["qemu-system-aarch64", "-machine", "raspi3b", "-display", "none", "-no-reboot"]
        command += ["-kernel", str(self.folder / "kernel-a"), "-append", command_line]
        command += ["-dtb", str(self.folder / "tree-a.dtb")]
        command += ["-drive", f"if=sd,format=raw,file={self.disk}"]
        # The console is the second port.
        command += ["-serial", "null", "-serial", "stdio", "-monitor", "none"]
        return [*command, *netdev(self._way, 0), "-device", f"usb-net,netdev=net0,mac={MAC}"]


@pytest.fixture(scope="module", params=ROOTS)
def root(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def board(root: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Card]:
    with Card(BOARD, root, tmp_path_factory.mktemp(root) / "board") as made:
        yield made


@pytest.mark.proves("booted", by="pytest tests/soak/test_raspberry.py", of=routers)
@pytest.mark.parametrize("device", [BOARD])
def test_from_the_card_to_all_services(board: Card, device: str) -> None:
    assert "all services ready" in board.boot()
    facts = board.facts()
    assert (facts["device"], facts["root"]) == (device, board.root_type)
    assert re.search(r"^/dev/\w+ / ", board.ssh("cat /proc/mounts"), re.MULTILINE)
    assert board.ssh("nproc").strip() == "4"
