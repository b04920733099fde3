"""After the second boot: what the first one made is still there."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from liminix_gen import process


def read(disk: Path, path: str, folder: Path) -> bytes:
    """Return a file of an ext4 image (debugfs(8))."""
    copy = folder / path.replace("/", "-")
    process.run(["debugfs", "-R", f"dump {path} {copy}", str(disk)])
    return copy.read_bytes()


def test_the_host_key_outlives_a_boot(state: Path, host_key: str, tmp_path: Path) -> None:
    kept = read(state, "services/ssh/host_key", tmp_path)
    assert hashlib.md5(kept, usedforsecurity=False).hexdigest() == host_key


def test_the_clock_and_a_seed_are_kept(state: Path, tmp_path: Path) -> None:
    assert abs(int(read(state, "clock", tmp_path)) - time.time()) < 3600
    assert len(read(state, "seed", tmp_path)) == 256
