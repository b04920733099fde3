"""From a system that runs into an image in memory, and back by the switch."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.support.answers import answer
from tests.support.installed import Installed, build
from tests.support.reaching import HOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.boot
BOARD = "qemu-mipsel"


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    with Installed(BOARD, "squashfs", tmp_path_factory.mktemp("kexec") / "board") as made:
        made.boot()
        yield made


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    link = tmp_path_factory.mktemp("kexec") / "image"
    return build(BOARD, "squashfs", "service", "kexecboot", link)


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_an_image_for_another_board_is_refused(
    board: Installed, image: Path, tmp_path: Path
) -> None:
    for part in image.iterdir():
        (tmp_path / part.name).symlink_to(part.resolve())
    manifest = json.loads((image / "manifest.json").read_text())
    (tmp_path / "manifest.json").unlink()
    (tmp_path / "manifest.json").write_text(json.dumps({**manifest, "device": "gl-ar750"}))
    with board.start("kexec", tmp_path) as child:
        said = board.ended(child, 2).stderr
    assert "is a qemu-mipsel, and the image is for gl-ar750" in said
    assert board.ssh("cat /sys/kernel/kexec_loaded; ls /run").split()[0] == "0"


def test_what_kexec_does_not_take_leaves_nothing(
    board: Installed, image: Path, tmp_path: Path
) -> None:
    """The kernel is one of a board with more memory: the root would lie behind the end of this."""
    kernel = bytearray((image / "kernel.elf").read_bytes())
    assert kernel[52 + 8 : 52 + 16] == b"\0\0\0\x84" * 2
    kernel[52 + 8 : 52 + 16] = b"\0\0\0\x90" * 2
    (tmp_path / "kernel.elf").write_bytes(kernel)
    (tmp_path / "device-tree.dtb").symlink_to((image / "device-tree.dtb").resolve())
    manifest = json.loads((image / "manifest.json").read_text())
    for part in manifest["parts"]:
        part["sha256"] = digest(tmp_path / part["name"])
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    before = board.facts()
    with board.start("kexec", tmp_path) as child:
        said = board.ended(child, 6).stderr
    assert f"{HOST} did not take the image" in said
    assert "kexec did not take the image" in said
    assert board.ssh("cat /sys/kernel/kexec_loaded").strip() == "0"
    assert "kexec" not in board.ssh("ls /run").split()
    assert board.facts()["boot"] == before["boot"]


@pytest.mark.parametrize("device", [BOARD])
def test_the_image_runs_in_the_place_of_the_old_system(
    board: Installed, image: Path, device: str, figure: Callable[[str, str], None]
) -> None:
    before = board.facts()
    disk = digest(board.disk)
    assert before["root"] == "squashfs"
    assert "image" not in before
    assert "added" not in board.ssh("services")
    mark = len(board.said)
    with board.start("kexec", image, "--json") as child:
        result = answer("kexec", board.ended(child, 0).stdout)
    manifest = json.loads((image / "manifest.json").read_text())
    assert result["image"] == manifest["kexec-image"]
    after = board.facts()
    assert after["boot"] != before["boot"]
    assert after["image"] == manifest["kexec-image"]
    assert after["device"] == device
    assert "added" in board.ssh("services")
    assert board.ssh("grep ' / ' /proc/mounts").split()[1:3] == ["/", "squashfs"]
    assert '"memory"' in board.ssh("cat /proc/mtd")
    # Services went down in order, and it is the same QEMU: a reset would have ended it.
    said = board.said[mark:]
    assert "liminix-gen: reboot" in said
    assert said.index("liminix-gen: reboot") < said.index("Linux version")
    assert digest(board.disk) == disk
    figure("kexec of another system, copied and ready", f"{result['seconds']:.0f} s")


def test_the_switch_brings_the_old_system_back(board: Installed) -> None:
    disk = digest(board.disk)
    board.cut()
    board.boot()
    assert "image" not in board.facts()
    assert "added" not in board.ssh("services")
    assert digest(board.disk) == disk
