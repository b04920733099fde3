"""Which package set serves a board, and what is said if one cannot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from attrs import evolve

from liminix_gen import System, process
from liminix_gen.catalog import Catalog, share_folder
from liminix_gen.config import load
from liminix_gen.debian.boards import known
from liminix_gen.debian.firmware import FIRMWARE
from liminix_gen.debian.package_set import DEBIAN, without
from liminix_gen.errors import ConfigurationError
from liminix_gen.model.package_set import PackageSet
from liminix_gen.nix.verbs import Nix
from liminix_gen.nixpkgs import source
from liminix_gen.nixpkgs.package_set import NIXPKGS
from liminix_gen.package_set import UnusableError
from liminix_gen.package_sets import choose
from liminix_gen.plan import plan
from liminix_gen.plan.services import closure
from tests.support.forked import ended as run

CATALOG = Catalog.of()
NIX = share_folder() / "templates" / "nix"


def test_auto_is_debian_where_that_serves_the_board(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _program: "/usr/bin/apt-get")
    chosen = {name: choose("auto", CATALOG.device(name)) for name in CATALOG.devices}
    assert chosen["qemu-mipsel"][0].name == "debian"
    assert chosen["qemu-mipsel"][1] == "Debian 12 (bookworm) has mipsel"
    assert chosen["qemu"][0].name == "nixpkgs"
    assert chosen["qemu"][1] == "Debian has no packages for mips"
    # Debian has mipsel, and not this board's kernel.
    needed = "the board needs the kernel openwrt-25.12, which Debian does not have"
    assert chosen["zyxel-nwa50ax"][1] == needed


def test_without_apt_there_is_no_debian_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _program: None)
    board = CATALOG.device("qemu-mipsel")
    assert choose("auto", board)[0].name == "nixpkgs"
    with pytest.raises(ConfigurationError, match="cannot serve the device qemu-mipsel") as raised:
        choose("debian", board)
    assert "this machine does not have apt-get" in str(raised.value)
    assert "use --package-set nixpkgs" in str(raised.value)


def test_a_board_that_debian_cannot_serve_is_refused(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(
        'from liminix_gen import System\nconfig = System(device="qemu")\n'
    )
    told = run("emit", "router.py", "--package-set", "debian", cwd=tmp_path, code=2).stderr
    assert "router.py:2: the debian package set cannot serve the device qemu" in told
    assert "Debian has no packages for mips\n  hint: use --package-set nixpkgs" in told
    assert [path.name for path in tmp_path.iterdir()] == ["router.py"]


@pytest.fixture
def radio(tmp_path: Path) -> Path:
    """A configuration with a radio that needs firmware."""
    file = tmp_path / "router.py"
    file.write_text(
        "from liminix_gen import System\n"
        'config = System(device="turris-omnia")\n'
        "ports = config.hardware.network_interfaces\n"
        'config.services["lan"] = config.service.network.address.build(\n'
        '    interface=ports["lan"], family="inet", address="10.0.0.1", prefix_length=24)\n'
        'config.services["air"] = config.service.wifi.access_point.build(\n'
        '    radio=ports["wlan5"], country="DE", networks={"Home": {"security": "open",\n'
        '        "bridge": config.service.bridge.primary.build(ifname="int")}})\n'
    )
    return file


def test_a_radio_without_firmware_is_refused(radio: Path) -> None:
    lacking = evolve(DEBIAN, firmware=frozenset({"regulatory-firmware"}))
    with pytest.raises(ConfigurationError) as raised:
        plan(load(radio, CATALOG), lacking)
    (problem,) = raised.value.problems
    assert str(problem) == (
        f"{radio}:6: config.services['air'] needs a driver with firmware, which the debian package "
        "set has not\n  qca988x-firmware\n  hint: use --package-set nixpkgs"
    )


@pytest.mark.parametrize("package_set", [DEBIAN, NIXPKGS])
def test_a_radio_brings_its_firmware(radio: Path, package_set: PackageSet) -> None:
    made = plan(load(radio, CATALOG), package_set)
    assert {"qca988x-firmware", "regulatory-firmware"} <= {one.name for one in made.packages}
    assert not [notice for notice in made.notices if "left out" in notice]


def test_firmware_that_is_left_out_is_named_and_free_one_stays(radio: Path) -> None:
    made = plan(load(radio, CATALOG), without(["trixie-security", "non-free-firmware"]))
    paths = {planned.file.path for planned in made.files}
    assert "/lib/firmware/regulatory.db" in paths
    assert not {path for path in paths if path.startswith("/lib/firmware/ath10k")}
    assert "qca988x-firmware" not in {one.name for one in made.packages}
    (notice,) = (notice for notice in made.notices if "left out" in notice)
    assert notice == (
        "left out, so the hardware that needs it does not work: "
        "/lib/firmware/ath10k/QCA988X/hw2.0/board.bin, "
        "/lib/firmware/ath10k/QCA988X/hw2.0/firmware-5.bin"
    )


def test_a_pc_works_without_the_newest_microcode() -> None:
    made = plan(System(device="x86-64"), without(["non-free-firmware"]))
    (notice,) = (notice for notice in made.notices if "left out" in notice)
    assert notice == (
        "left out, so processors keep the microcode of the machine: "
        "amd-ucode-firmware, intel-ucode-firmware"
    )


def test_a_board_that_does_not_start_without_what_is_left_out() -> None:
    made = plan(System(device="raspberry-pi-4b"), without(["non-free-firmware"]))
    (notice,) = (notice for notice in made.notices if "left out" in notice)
    assert notice == "left out, so the board does not start: raspi-firmware"


def test_a_misspelt_part_of_the_archive_is_not_left_out_in_silence() -> None:
    with pytest.raises(ConfigurationError) as caught:
        without(["trixie-securty", "nonsense", "trixie", "bookworm-updates"])
    first, second, third = caught.value.problems
    assert first.what == "--without trixie-securty: nothing of this name can be left out"
    assert "did you mean trixie-security" in first.hint
    assert second.hint.startswith("known are bookworm-updates, bookworm-security, trixie-updates, ")
    assert third.what == "--without trixie: nothing of this name can be left out"


def test_every_firmware_of_a_board_that_debian_serves_is_in_the_table() -> None:
    """And each entry of the table is a package of ours."""
    ours = {path.name for path in (share_folder() / "packages").glob("*-firmware")}
    assert FIRMWARE.keys() <= ours
    for board in CATALOG.devices:
        if known(CATALOG.device(board)) is not None:
            ports = System(device=board).hardware.network_interfaces
            files = [file for one in closure(iter(ports.values())) for file in one.needs().files]
            named = {package for file in files for package in file.packages}
            named |= set(CATALOG.device(board).boot_firmware)
            assert named <= FIRMWARE.keys(), board


def test_nixpkgs_has_nothing_to_lock(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(
        'from liminix_gen import System\nconfig = System(device="qemu")\n'
    )
    told = run("lock", "router.py", cwd=tmp_path, code=2).stderr
    assert "the nixpkgs package set has no packages to lock" in told
    assert [path.name for path in tmp_path.iterdir()] == ["router.py"]


@pytest.mark.parametrize("board", CATALOG.devices)
def test_nixpkgs_serves_every_board(board: str) -> None:
    device = CATALOG.device(board)
    assert choose("nixpkgs", device)[0].name == "nixpkgs"
    assert device.kernel.source in NIXPKGS.kernels


def test_what_python_and_nix_both_know_is_the_same() -> None:
    kernels = (NIX / "nixpkgs" / "linux-sources.nix").read_text()
    assert set(re.findall(r'^  "([^"]+)" = ', kernels, re.MULTILINE)) == NIXPKGS.kernels
    # An input of a flake is written out: there is no other way.
    for flake in ("flake.nix", "templates/flake/flake.nix"):
        assert f"/nixos-{source.OLDEST}" in (share_folder() / flake).read_text()


def test_an_old_nix_is_said(tmp_path: Path) -> None:
    """A program in the place of Nix: no machine has every version."""
    fake = tmp_path / "nix-instantiate"
    nix = Nix(environ=process.environment(PATH=f"{tmp_path}:/usr/bin:/bin"))
    for version, old in (("2.8.0", True), ("2.17.1", True), ("2.18.0", False), ("3.0", False)):
        fake.write_text(f"#!/bin/sh\necho 'nix-instantiate (Nix) {version}'\n")
        fake.chmod(0o755)
        if not old:
            source.require_nix(nix)
            continue
        with pytest.raises(UnusableError, match=f"Nix {version} is too old for nixpkgs"):
            source.require_nix(nix)


class Absent(Nix):
    """One that is not installed: no test can take it from the machine."""

    def version(self) -> str:
        raise process.MissingToolError("nix-instantiate")


def test_a_nix_that_is_not_there_is_said_with_the_commands() -> None:
    with pytest.raises(UnusableError) as caught:
        source.require_nix(Absent())
    (problem,) = caught.value.problems
    assert problem.what == "Nix is not installed"
    *commands, clone, build = problem.hint.splitlines()[1:]
    assert commands
    assert clone.split()[:2] == ["git", "clone"]
    assert f"nixos-{source.OLDEST}" in clone
    assert build == "  liminix-gen build CONFIG --nixpkgs nixpkgs"


@pytest.mark.parametrize(
    ("release", "first", "installs"),
    [
        ({"ID": "debian", "VERSION_ID": "12"}, "apt install curl git xz-utils", True),
        ({"ID": "debian", "VERSION_ID": "13"}, "apt install git nix-bin", False),
        ({"ID": "debian"}, "apt install git nix-bin", False),
        ({"ID": "fedora", "VERSION_ID": "44"}, "curl -L https://nixos.org/nix/install", True),
        ({}, "curl -L https://nixos.org/nix/install", True),
    ],
)
def test_a_release_has_its_own_way_to_nix(
    release: dict[str, str], first: str, *, installs: bool
) -> None:
    commands = source.ways_to_nix(release)
    assert commands[0].startswith(first)
    assert any("nixos.org/nix/install" in command for command in commands) == installs
