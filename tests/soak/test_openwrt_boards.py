"""The kernels of boards that need OpenWrt's changes, made of OpenWrt's own source, whole.

LIMINIX_GEN_OPENWRT names a checkout of the release that the boards are for. Its kernel's source is
in the pool of the Debian mirror that apt uses, or LIMINIX_GEN_LINUX names the tarball.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.debian.settings import nix_environment
from liminix_gen.debian.sources import machine_sources
from liminix_gen.debian.suites import TRIXIE
from tests.support.derivations import system_of, tree_of
from tests.support.emission import HELLO, ROOT, prepared
from tests.support.evaluation import unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from liminix_gen import System

BOARDS = [name for name in Catalog.of().devices if Catalog.of().device(name).kernel.openwrt]
PREFIXES = {"mips": "mips-linux-gnu-", "mipsel": "mipsel-linux-gnu-"}

# What templates/nix/nixpkgs/linux-sources.nix has for openwrt-25.12, as Debian packs it.
RELEASE = "v25.12.3"
VERSION = "6.12.85"
TARBALL = f"linux_{VERSION}.orig.tar.xz"
SHA256 = "73804f04cf5be865389d4d13bdae06a87b2e6675f0ff31e93804e20d091736e2"

# The room for a kernel in front of UBI (outputs/zyxel_nwa_fit).
BEFORE_UBI_BYTES = 8 << 20


def routers(board: str) -> list[System]:
    """Return the gateway for a board, with the kernel for each of the board's configurations."""
    with tempfile.TemporaryDirectory() as folder:
        return [system_of(Path("examples/gateway.py").read_text(), Path(folder), board)]


@pytest.fixture(scope="session")
def openwrt() -> Path:
    given = os.environ.get("LIMINIX_GEN_OPENWRT")
    if not given:
        pytest.skip(f"LIMINIX_GEN_OPENWRT names no checkout of OpenWrt {RELEASE}")
    if not (Path(given) / "target" / "linux" / "generic").is_dir():
        pytest.fail(f"LIMINIX_GEN_OPENWRT={given} is no checkout of OpenWrt")
    return Path(given).resolve()


@pytest.fixture(scope="session")
def linux(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if given := os.environ.get("LIMINIX_GEN_LINUX"):
        return Path(given).resolve()
    target = tmp_path_factory.mktemp("linux") / TARBALL
    for uri in dict.fromkeys(source.uri for source in machine_sources(TRIXIE)):
        done = subprocess.run(
            [
                "/usr/lib/apt/apt-helper",
                "download-file",
                f"{uri}/pool/main/l/linux/{TARBALL}",
                str(target),
                f"SHA256:{SHA256}",
            ],
            check=False,
            capture_output=True,
        )
        if done.returncode == 0:
            return target
    pytest.skip(f"apt's mirror does not have {TARBALL} any more; LIMINIX_GEN_LINUX may name it")


@cache
def made(board: str, openwrt: Path, linux: Path) -> Mapping[str, Path]:
    """Build the kernel of a board with all its outputs, and hold it against the device tree."""
    folder = Path(tempfile.mkdtemp(prefix="openwrt-"))
    try:
        (system,) = routers(board)
        words: dict[str, str | Path] = {
            "linux": linux,
            "lock": unpack(prepared(HELLO, folder / "hello").tree, folder / "debian") / "lock.json",
            "openwrt": openwrt,
            "prefix": PREFIXES[system.device.cross.config.partition("-")[0]],
            "sha256": SHA256,
            "tree": tree_of(system, folder / "tree"),
            "version": VERSION,
        }
        arguments = [
            part
            for name, value in words.items()
            for part in ("--argstr" if isinstance(value, str) else "--arg", name, value)
        ]
        found: dict[str, Path] = {}
        for attribute in (
            "kernel",
            "kernel.drivers",
            "kernel.config",
            "kernel.modules",
            "hardware",
        ):
            command = ["nix-build", "--no-out-link", ROOT / "tests" / "soak" / "openwrt.nix"]
            command += ["-A", attribute, *arguments]
            done = process.run(command, env=nix_environment(), timeout_s=7200, check=False)
            assert done.returncode == 0, done.stderr[-4000:]
            found[attribute] = Path(done.stdout.split()[0])
        return found
    finally:
        shutil.rmtree(folder)


@pytest.mark.proves("built", by="pytest tests/soak/test_openwrt_boards.py", of=routers)
@pytest.mark.parametrize("board", BOARDS)
def test_its_kernel_is_linked_drives_its_hardware_and_fits(
    board: str,
    openwrt: Path,
    linux: Path,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    parts = made(board, openwrt, linux)
    record_property("hardware", parts["hardware"] / "hardware.json")
    log = process.run(["nix-store", "--read-log", parts["kernel"]], env=nix_environment()).stdout
    target = Catalog.of().device(board).kernel.openwrt
    assert target is not None
    assert f"liminix-gen-phase: patch {target.target}/patches-6.12" in log
    assert "is there already" not in log

    # As outputs/kernel_image packs it.
    whole = tmp_path / "kernel"
    whole.write_bytes(
        (parts["kernel"] / "kernel").read_bytes() + (parts["hardware"] / "board.dtb").read_bytes()
    )
    packer = ROOT / "outputs" / "kernel_image" / "lzma-alone.py"
    packed = tmp_path / "kernel.lzma"
    subprocess.run([sys.executable, packer, whole, packed], check=True)
    flash = Catalog.of().device(board).flash
    room = flash.kernel_bytes if flash else BEFORE_UBI_BYTES
    assert room is not None
    assert 1_000_000 < packed.stat().st_size <= room


def test_a_flash_that_nothing_drives_is_found(openwrt: Path, linux: Path, tmp_path: Path) -> None:
    """Without its driver gl-ar750 has no flash, and so no root, though no symbol is lost."""
    parts = made("gl-ar750", openwrt, linux)
    lines = parts["kernel.drivers"].read_text().splitlines(keepends=True)
    drivers = tmp_path / "drivers"
    drivers.write_text("".join(line for line in lines if "qca,ar934x-spi" not in line))
    undriven = Catalog.of().device("gl-ar750").undriven
    spec = tmp_path / "spec"
    spec.write_text(
        json.dumps({"attached": [], "leftOut": [], "modules": [], "undriven": dict(undriven)})
    )
    done = subprocess.run(
        [
            sys.executable,
            ROOT / "templates/nix/lib/python/hardware.py",
            spec,
            parts["hardware"] / "board.dtb",
            drivers,
            parts["kernel.config"],
            parts["kernel.modules"],
            tmp_path / "out",
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "/ahb/spi@1f000000 qca,ar934x-spi has /ahb/spi@1f000000/flash@0" in done.stderr
