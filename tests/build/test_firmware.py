"""Firmware of the debian set: the files of Debian's own packages that a driver names, and no more."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.debian import lock, store
from liminix_gen.debian.apt import Apt
from liminix_gen.debian.settings import nix_environment
from liminix_gen.events import Event, Remarked, unheard
from liminix_gen.nix.verbs import Nix
from liminix_gen.package_set import Choices
from tests.support.evaluation import unpack
from tests.support.steps import prepare
from tests.support.suites import WITHOUT

if TYPE_CHECKING:
    from liminix_gen.workflow.emit import Prepared

pytestmark = pytest.mark.nix

ROUTER = """
from liminix_gen import System

config = System(device="turris-omnia")
config.services["air"] = config.hardware.network_interfaces["wlan5"]
"""
LOADER = "orangepi_pc_plus/u-boot-sunxi-with-spl.bin"
PACKAGES = """
{ tree, names }:
let
  pkgs = import (tree + "/debian") {
    architecture = "armhf";
    lock = builtins.fromJSON (builtins.readFile (tree + "/lock.json"));
    firmware = tree + "/debian/firmware.nix";
  };
  made = name: import (tree + "/packages/${name}/package.nix") { inherit (pkgs) firmware runCommand; };
in
map made (builtins.fromJSON names)
"""


def test_an_image_has_the_files_of_debians_packages(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(ROUTER)
    said: list[Event] = []
    choices = Choices(without=WITHOUT)
    ready = prepare(tmp_path / "router.py", choices=choices, listen=said.append)
    what = "binary-redist-Qualcomm-Atheros is that of the firmware from firmware-atheros"
    assert Remarked(word="licence", text=what) in said
    again: list[Event] = []
    prepare(tmp_path / "router.py", choices=choices, listen=again.append)
    assert not [one for one in again if isinstance(one, Remarked) and one.word == "licence"]

    debs = lock.read(ready.lock).architecture("armhf").firmware
    assert debs.keys() == {"firmware-atheros", "wireless-regdb"}
    made = packages(ready, tmp_path, "qca988x-firmware", "regulatory-firmware")

    wanted = dict.fromkeys(("board.bin", "firmware-5.bin"), "ath10k/QCA988X/hw2.0/")
    expected = {
        f"{folder}{name}": content(debs["firmware-atheros"], f"{folder}{name}")
        for name, folder in wanted.items()
    }
    expected["regulatory.db"] = content(debs["wireless-regdb"], "regulatory.db-upstream")
    assert {path: data for package in made for path, data in files(package).items()} == expected


def test_a_boot_loader_is_that_of_the_boards_architecture(tmp_path: Path) -> None:
    text = 'from liminix_gen import System\n\nconfig = System(device="orangepi-pc")\n'
    (tmp_path / "router.py").write_text(text)
    ready = prepare(tmp_path / "router.py", choices=Choices(without=WITHOUT))
    (deb,) = lock.read(ready.lock).architecture("armhf").firmware.values()
    assert deb.path.endswith("_armhf.deb")
    (package,) = packages(ready, tmp_path, "u-boot-sunxi-firmware")
    image = (Path(package) / "lib/firmware" / LOADER).read_bytes()
    assert image == content(deb, LOADER, below="u-boot")
    # The boot ROM of an Allwinner SoC looks for this (U-Boot's include/sunxi_image.h).
    assert image[4:12] == b"eGON.BT0"


def packages(ready: Prepared, folder: Path, *names: str) -> list[str]:
    """Build packages of firmware."""
    debs = lock.read(ready.lock).architecture("armhf").firmware
    env = nix_environment()
    apt = partial(Apt, "armhf", without=WITHOUT)
    store.fetch(debs.values(), apt, Nix(environ=env), unheard)
    tree = unpack(ready.tree, folder / "tree")
    (folder / "packages.nix").write_text(PACKAGES)
    command = ["nix-build", "--no-out-link", folder / "packages.nix", "--arg", "tree", str(tree)]
    command += ["--argstr", "names", json.dumps(names)]
    return process.run(command, env=env, timeout_s=300).stdout.split()


def content(deb: store.LockedPackage, path: str, *, below: str = "firmware") -> bytes:
    """Return a file of a package below a folder of /lib, as dpkg-deb unpacks it."""
    file = store.store_path(store.store_name(deb.path), deb.sha256)
    done = subprocess.run(["dpkg-deb", "--fsys-tarfile", file], check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        (member,) = (one for one in tar if one.name.endswith(f"lib/{below}/{path}"))
        stream = tar.extractfile(member)
        assert stream is not None
        return stream.read()


def files(package: str) -> dict[str, bytes]:
    """Return the files of one of our packages by their path below /lib/firmware."""
    top = Path(package) / "lib" / "firmware"
    return {
        str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()
    }
