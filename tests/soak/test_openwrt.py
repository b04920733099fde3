"""A kernel with OpenWrt's kind of changes, built whole, with a device tree from there."""

from __future__ import annotations

from pathlib import Path

from liminix_gen import System, process
from tests.support.evaluation import planned
from tests.support.openwrt import ADDED, built


def test_it_is_built_with_its_device_tree(tmp_path: Path) -> None:
    symbols = {s.name: s.value for s in planned(System(device="qemu-mipsel")).symbols}
    done = built(tmp_path, "", {}, {**symbols, **dict.fromkeys(ADDED, "y")})
    assert done.returncode == 0, done.stderr
    kernel = Path(done.stdout.split()[0])
    assert (kernel / "kernel").read_bytes()[:4] == b"\x7fELF"
    checked = built(tmp_path, "hardware", {}, {**symbols, **dict.fromkeys(ADDED, "y")})
    hardware = Path(checked.stdout.split()[0])
    for name, value in (("model", "a board of ours"), ("chip", "ours")):
        got = process.run(["fdtget", str(hardware / "board.dtb"), "/", name]).stdout
        assert got == f"{value}\n"
