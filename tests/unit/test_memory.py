"""Where the boot loader puts the parts of an image: apart, and in memory (model/memory.py)."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.errors import ConfigurationError
from liminix_gen.model.memory import Place, Tftp, mistakes, physical

CATALOG = Catalog.of()
BOARDS = {name: CATALOG.device(name) for name in CATALOG.devices}
MEBIBYTE = 1 << 20

TFTP = Tftp(
    memory=Place(address="0x40000000", size_bytes=256 * MEBIBYTE),
    kernel=Place(address="0x41000000", size_bytes=16 * MEBIBYTE),
    tree=Place(address="0x44000000", size_bytes=MEBIBYTE),
    root=Place(address="0x48000000", size_bytes=64 * MEBIBYTE),
    unpacked_bytes=16 * MEBIBYTE,
    reserved={"U-Boot": Place(address="0x4e000000", size_bytes=32 * MEBIBYTE)},
)


# The virt board with two places moved onto others.
BOARD = """
import attrs

from liminix_gen import Place
from liminix_gen.catalog import Catalog

virt = Catalog.of().device("qemu-armv7l")
root = Place(address="0x44000000", size_bytes=0x100000)
kernel = Place(address="0x4f000000", size_bytes=0x100000)
device = attrs.evolve(virt, tftp=attrs.evolve(virt.tftp, root=root, kernel=kernel))
"""


def found(tftp: Tftp = TFTP, load: str | None = "0x40000000") -> list[str]:
    return mistakes(tftp, load, "arm")


def moved(**places: Place) -> Tftp:
    """Return the map with places of files moved."""
    named = {"kernel": TFTP.kernel, "root": TFTP.root, **places}
    return attrs.evolve(
        TFTP,
        kernel=named["kernel"],
        root=named["root"],
        tree=places.get("tree", TFTP.tree),
    )


def place(address: str, mebibytes: int = 1) -> Place:
    return Place(address=address, size_bytes=mebibytes * MEBIBYTE)


def test_neighbours_do_not_overlap() -> None:
    assert found() == []
    assert found(moved(kernel=place("0x43000000", 16))) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"kernel": place("0x40ffffff")},
            (
                "the kernel's file (0x40ffffff to 0x410fffff) and the unpacked kernel "
                "(0x40000000 to 0x41000000) overlap, by 1 (0x1) bytes"
            ),
        ),
        (
            {"tree": place("0x48100000")},
            (
                "the root (0x48000000 to 0x4c000000) and the device tree (0x48100000 to 0x48200000) "
                "overlap, by 1048576 (0x100000) bytes"
            ),
        ),
        (
            {"root": place("0x4d000000", 17)},
            (
                "the root (0x4d000000 to 0x4e100000) and U-Boot (0x4e000000 to 0x50000000) "
                "overlap, by 1048576 (0x100000) bytes"
            ),
        ),
        (
            {"kernel": place("0x3ff00000")},
            (
                "the kernel's file (0x3ff00000 to 0x40000000) is not in the memory "
                "(0x40000000 to 0x50000000)"
            ),
        ),
        (
            {"root": place("0x48000800")},
            "the root (0x48000800 to 0x48100800) does not begin with a page of 4096 bytes",
        ),
    ],
)
def test_a_mistake_names_both_places_and_the_bytes(changes: dict[str, Place], said: str) -> None:
    assert found(moved(**changes)) == [said]


def test_every_mistake_is_said() -> None:
    assert len(found(moved(kernel=place("0x48000000"), tree=place("0x48000000")))) == 3


def test_a_kernel_without_a_load_address_runs_where_it_is() -> None:
    """Else the start of the memory would be taken twice."""
    assert found(moved(kernel=place("0x40000000")), load=None) == []
    assert found(moved(kernel=place("0x40000000"))) != []


def test_the_addresses_of_mips_are_windows() -> None:
    assert physical("0x80060000", "mips") == "0x00060000"
    assert physical("0xbc050000", "mips") == "0x1c050000"
    assert physical("0x80060000", "arm64") == "0x80060000"


@pytest.mark.parametrize("value", ["0x4800000", "48000000", "0x48000000 ", "0X48000000"])
def test_an_address_is_written_in_one_way(value: str) -> None:
    with pytest.raises(ValueError, match="0x and eight digits"):
        Place(address=value, size_bytes=1)


@pytest.mark.parametrize("board", [name for name, one in BOARDS.items() if one.tftp])
def test_a_board_with_places_has_the_image_and_no_mistake(board: str) -> None:
    device = BOARDS[board]
    assert device.tftp is not None
    assert "tftpboot" in device.outputs
    assert device.boot is not None
    assert mistakes(device.tftp, device.boot.load, device.kernel.architecture) == []
    if device.boot.format == "raw":
        assert device.tftp.tree is not None
    else:
        # The tree is in the kernel's file, which is unpacked.
        assert device.tftp.tree is None
        # An ELF file says itself where it runs.
        assert (device.tftp.unpacked_bytes is None) == (device.boot.format == "elf")
    if device.kernel.architecture == "arm64":
        # Documentation/arm64/booting.rst.
        running = device.boot.load or device.tftp.kernel.address
        assert int(running, 16) % (2 * MEBIBYTE) == 0


def test_the_image_is_offered_where_the_places_are_known() -> None:
    offering = {name for name, one in BOARDS.items() if "tftpboot" in one.outputs}
    assert offering == {name for name, one in BOARDS.items() if one.tftp}


def test_what_overlaps_is_told(tmp_path: Path) -> None:
    """On a board of the user's own."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "device.py").write_text(BOARD, encoding="utf-8")
    config = tmp_path / "config.py"
    text = "from liminix_gen import System\n\nconfig = System(device='mine')\n"
    config.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(config, Catalog.of(devices=(tmp_path,)))
    said = str(caught.value)
    assert "device.py:10: tftp: the root (0x44000000 to 0x44100000) and the device tree" in said
    assert "the kernel's file (0x4f000000 to 0x4f100000) and U-Boot" in said
