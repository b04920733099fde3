"""The SD card of a Raspberry Pi 3B in QEMU's, which starts the kernel itself.

QEMU's has no graphics processor that reads the card, and not the chip of the socket. Kernel,
device tree and command line are those of the card, read by mtools.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from liminix_gen import System, process
from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from tests.support.command_line import run
from tests.support.suites import OPTIONS

ROUTER = Path(__file__).with_name("raspberry.py")
BOARD = "raspberry-pi-3b"
TIMEOUT_S = 900
# Where the first partition begins.
FAT = 1 << 20
# QEMU takes a card of a size that is a power of two alone.
CARD_BYTES = 128 << 20
ADDRESS = "52:54:00:00:00:01"
BOOT_FILES = {"bootcode.bin", "cmdline.txt", "config.txt", "fixup_cd.dat", "start_cd.elf"}


def routers(board: str) -> list[System]:
    """Return the router of raspberry.py."""
    assert board == BOARD
    return [load(ROUTER, Catalog.of())]


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The card, as large as QEMU wants it; what lies on its FAT is beside it."""
    folder = tmp_path_factory.mktemp("card")
    run("build", str(ROUTER), *OPTIONS, cwd=folder, timeout_s=3600)
    disk = folder / "disk.img"
    process.run(
        ["cp", "--sparse=always", "--no-preserve=mode", folder / "result" / "disk.img", disk]
    )
    process.run(["truncate", "-s", str(CARD_BYTES), disk])
    process.run(["mcopy", "-s", "-i", f"{disk}@@{FAT}", "::*", folder])
    return disk


def test_what_the_graphics_processor_looks_for(card: Path) -> None:
    there = {file.name for file in card.parent.iterdir()}
    settings = dict(
        line.split("=", 1) for line in (card.parent / "config.txt").read_text().splitlines()
    )
    assert there >= BOOT_FILES | {settings["kernel"], settings["device_tree"]}
    assert settings["arm_64bit"] == "1"
    assert "root=PARTUUID=" in (card.parent / "cmdline.txt").read_text()


@pytest.mark.boot
@pytest.mark.parametrize("board", [BOARD])
@pytest.mark.proves("booted", by="pytest tests/soak/test_raspberry.py", of=routers)
def test_it_boots(board: str, card: Path) -> None:
    assert board == BOARD
    settings = dict(
        line.split("=", 1) for line in (card.parent / "config.txt").read_text().splitlines()
    )
    words = ["qemu-system-aarch64", "-M", "raspi3b", "-nodefaults", "-display", "none"]
    words += ["-no-reboot", "-monitor", "none", "-serial", "null", "-serial", "stdio"]
    words += ["-kernel", str(card.parent / settings["kernel"])]
    words += ["-dtb", str(card.parent / settings["device_tree"])]
    words += ["-append", (card.parent / "cmdline.txt").read_text().strip()]
    words += ["-drive", f"if=sd,format=raw,file={card}"]
    words += ["-netdev", "user,id=lan,net=192.168.19.0/24,restrict=on"]
    words += ["-device", f"usb-net,netdev=lan,mac={ADDRESS}"]
    with Loop() as loop, Guest(words, loop) as guest:
        guest.wait_until_ready(TIMEOUT_S)
        guest.console.wait_for_shell(30)
        assert guest.console.check("cat /sys/class/net/eth0/address") == ADDRESS
        guest.console.check("ping -c 1 -w 10 192.168.19.2")
        assert "PARTUUID" in guest.console.check("cat /proc/cmdline")
