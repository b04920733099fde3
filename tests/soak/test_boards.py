"""Boards that Debian serves and QEMU does not: their images are built and looked at."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import System, bands_of, process
from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.boards import obstacle
from liminix_gen.debian.settings import nix_environment
from tests.support.command_line import run
from tests.support.suites import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

OWNERS_KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO1MKft3r4/p8IN9Yy3rfj7EWCPbzzNAZJ7vNAGpv5gQ owner"
)
UIMAGE = bytes.fromhex("27051956")
# How roots of a type begin, or what they have at a place.
MAGIC = {
    "ext4": (0x438, b"\x53\xef"),
    "jffs2": (0, b"\x85\x19"),
    "squashfs": (0, b"hsqs"),
    "ubifs": (0, b"\x31\x18\x10\x06"),
}

BOARDS = [
    name
    for name, device in ((name, Catalog.of().device(name)) for name in Catalog.of().devices)
    if device.qemu is None and obstacle(device) is None
]


def first_configuration(board: str, folder: Path) -> Path:
    """Write what its owner begins with, wireless network included, to a folder."""
    words = ["--board", board, "--wan", "dhcp", "--ssh-key", OWNERS_KEY]
    if any(map(bands_of, System(device=board).hardware.network_interfaces.values())):
        words += ["--wifi", "home", "--country", "DE"]
    elif len(System(device=board).hardware.network_interfaces) == 1:
        words = ["--board", board, "--profile", "access-point", "--ssh-key", OWNERS_KEY]
    run("init", "router.py", *words, cwd=folder)
    return folder / "router.py"


def routers(board: str) -> list[System]:
    """Return the router that is built of a board."""
    with tempfile.TemporaryDirectory() as folder:
        return [load(first_configuration(board, Path(folder)), Catalog.of())]


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
    first_configuration(board, tmp_path)
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
