"""Boards that Debian serves and QEMU does not: their images are built and looked at."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.debian.boards import obstacle
from liminix_gen.debian.settings import nix_environment
from tests.support.command_line import run
from tests.support.derivations import system_of, text_for
from tests.support.suites import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from liminix_gen import System

UIMAGE = bytes.fromhex("27051956")
# How roots of a type begin, or what they have at a place.
MAGIC = {
    "ext4": (0x438, b"\x53\xef"),
    "jffs2": (0, b"\x85\x19"),
    "squashfs": (0, b"hsqs"),
    "ubifs": (0, b"\x31\x18\x10\x06"),
}

GATEWAY = Path("examples/gateway.py")
BOARDS = [
    name
    for name, device in ((name, Catalog.of().device(name)) for name in Catalog.of().devices)
    if device.qemu is None and obstacle(device) is None
]


def routers(board: str) -> list[System]:
    """Return the gateway for a board."""
    with tempfile.TemporaryDirectory() as folder:
        return [system_of(GATEWAY.read_text(), Path(folder), board)]


def hardware(folder: Path) -> Path:
    """Return what was found of the hardware of the router in a folder."""
    run("emit", "router.py", "-o", "tree", *OPTIONS, cwd=folder)
    command = ["nix-build", "--no-out-link", folder / "tree", "-A", "hardware"]
    return Path(process.run(command, env=nix_environment()).stdout.strip())


@pytest.mark.proves("built", by="pytest tests/soak/test_boards.py", of=routers)
@pytest.mark.parametrize("board", BOARDS)
def test_its_image_is_built(
    board: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    text = text_for(board, GATEWAY.read_text())
    (tmp_path / "router.py").write_text(text)
    run("build", "router.py", *OPTIONS, cwd=tmp_path, timeout_s=3600)
    record_property("hardware", hardware(tmp_path) / "hardware.json")
    manifest = json.loads((tmp_path / "result" / "manifest.json").read_text())
    (image,) = (file for file in (tmp_path / "result").iterdir() if file.suffix != ".json")
    content = image.read_bytes()
    device = Catalog.of().device(board)
    if device.default_output == "tplink-safeloader":
        # What is not for the flash comes before the kernel.
        content = content[content.index(UIMAGE) :]
    for part in manifest["parts"]:
        start = part["offset-bytes"]
        lies = content[start : start + part["size-bytes"]]
        assert hashlib.sha256(lies).hexdigest() == part["sha256"]
    assert manifest["device"] == board
    # The root is last, or alone in a volume.
    root = manifest["parts"][-1]
    assert root["name"] == ("root" if device.ubi is None else device.ubi.volume)
    assert root["size-bytes"] > 3_000_000
    at, magic = MAGIC[next(iter(device.roots))]
    assert content[root["offset-bytes"] + at :].startswith(magic)
