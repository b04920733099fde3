"""What is true of every board."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from liminix_gen import PackagePath, System, bands_of
from liminix_gen.catalog import Catalog, share_folder
from liminix_gen.debian.boards import known
from liminix_gen.model import base
from liminix_gen.model.kernel import symbol_value
from liminix_gen.nixpkgs.package_set import NIXPKGS
from liminix_gen.plan import Plan, plan
from liminix_gen.plan.services import closure

CATALOG = Catalog.of()
BOARDS = {name: CATALOG.device(name) for name in CATALOG.devices}
REAL = {name: board for name, board in BOARDS.items() if board.qemu is None}
OPENWRT = {name: board for name, board in REAL.items() if board.kernel.openwrt}
SHARE = share_folder()
OUTPUTS = SHARE / "outputs"


def nix_of(output: str) -> Path:
    return OUTPUTS / output.replace("-", "_") / "output.nix"


def planned(board: str, *interfaces: str) -> Plan:
    """Plan a router with an address on each of the interfaces, unless it is a radio."""
    system = System(device=board)
    ports = system.hardware.network_interfaces
    for number, name in enumerate(interfaces):
        if bands_of(ports[name]):
            system.services[name] = ports[name]
            continue
        system.services[f"address-{name}"] = system.service.network.address.build(
            interface=ports[name],
            family="inet",
            address=f"10.0.{number}.1",
            prefix_length=24,
        )
    return plan(system, NIXPKGS)


def interfaces(board: str) -> list[str]:
    """Return the names of a board's interfaces."""
    return sorted(System(device=board).hardware.network_interfaces)


@functools.cache
def with_all(board: str) -> Plan:
    """Plan a router with all of its interfaces."""
    return planned(board, *interfaces(board))


def test_the_boards_that_are_promised_are_there() -> None:
    assert set(BOARDS) >= {
        "banana-pi-r3", "belkin-rt3200", "gl-ar750", "gl-mt300a", "gl-mt300n-v2", "openwrt-one",
        "qemu", "qemu-aarch64", "qemu-armv7l", "qemu-mipsel", "tp-archer-ax23", "turris-omnia",
        "zyxel-nwa50ax",
    }  # fmt: skip


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_has_a_name_a_line_and_an_image(board: str) -> None:
    device = BOARDS[board]
    assert device.name == board
    assert device.description
    assert "\n" not in device.description
    assert device.default_output in device.outputs
    for output in device.outputs:
        assert nix_of(output).is_file()


@pytest.mark.parametrize("board", BOARDS)
def test_what_only_an_image_has_to_know_is_what_it_asks_for(board: str) -> None:
    for output, facts in BOARDS[board].outputs.items():
        formals = nix_of(output).read_text().split("\n{\n")[1].split("\n}:")[0]
        assert facts.keys() <= set(re.findall(r"^  ([\w-]+)", formals, re.MULTILINE)), output


@pytest.mark.parametrize("board", REAL)
def test_a_real_board_tells_its_owner_what_it_is(board: str) -> None:
    device = REAL[board]
    for text in (device.about, device.install):
        assert len(text.split()) > 40
        assert text.startswith("\n")
        assert text.endswith("\n")
    assert re.search(r"not tried|was tried on the hardware", device.about)
    # The steps begin with a build of an image that there is.
    built = re.findall(r"--output ([a-z-]+)`", device.install)
    assert device.default_output in built
    assert set(built) <= device.outputs.keys()


@pytest.mark.parametrize("board", OPENWRT)
def test_a_board_of_openwrt_says_that_nobody_tried_it(board: str) -> None:
    device = OPENWRT[board]
    about = " ".join(device.about.split())
    assert "Nothing was tried on the hardware by this project" in about
    assert "the patches and the device tree of OpenWrt 25.12, because Linux itself" in about
    assert device.kernel.source.startswith("openwrt-")
    # Debian's kernels are without these patches.
    assert known(device) is None
    assert device.kernel.device_tree is not None
    assert re.fullmatch(r"(ralink|qca|mediatek)/[a-z0-9_-]+\.dtb", device.kernel.device_tree)


def test_nobody_finds_a_shell_on_the_console_of_a_board_that_one_can_own() -> None:
    shells = {name for name, board in BOARDS.items() if board.default_console == "shell"}
    assert shells == {"qemu", "qemu-aarch64", "qemu-armv7l", "qemu-mipsel"}
    assert planned("x86-64").console == "login"


@pytest.mark.parametrize("board", REAL)
def test_the_kernel_gets_its_console_and_its_root(board: str) -> None:
    device = REAL[board]
    assert f"console={device.console}" in " ".join(device.command_line)
    # The root is said by the board's roots alone.
    assert not any(word.startswith(("root=", "rootfstype=")) for word in device.command_line)
    assert all(root.device != "/dev/vda" for root in device.roots.values())


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_does_not_repeat_what_every_image_has(board: str) -> None:
    symbols = BOARDS[board].kernel.symbols
    assert set(symbols) & set(base.SYMBOLS) == set()
    for name, value in symbols.items():
        assert re.fullmatch(r"[A-Z0-9_a-z]+", name)
        assert not name.startswith("CONFIG_")
        assert symbol_value(value.strip('"')) == value


@pytest.mark.parametrize("board", [name for name, device in BOARDS.items() if device.flash])
def test_a_flash_is_whole_blocks(board: str) -> None:
    device = BOARDS[board]
    assert device.flash is not None
    block = device.flash.erase_block_bytes
    assert block & (block - 1) == 0
    assert device.flash.size_bytes % block == 0
    assert int(device.flash.address, 16) % block == 0
    root = device.flash.root_device or device.roots["squashfs"].device
    assert root == "mtd:rootfs"
    if device.flash.kernel_bytes is not None:
        assert device.flash.kernel_bytes % block == 0
        return
    assert 4 * 2**20 < device.flash.size_bytes < 16 * 2**20
    assert {"MTD_BLOCK", "MTD_SPLIT_UIMAGE_FW"} <= device.kernel.symbols.keys()


@pytest.mark.parametrize("board", [name for name, device in BOARDS.items() if device.ubi])
def test_the_blocks_of_ubi_are_the_chips_without_two_headers(board: str) -> None:
    device = BOARDS[board]
    ubi = device.ubi
    assert ubi is not None
    # Of 64 bytes (drivers/mtd/ubi/ubi-media.h in the kernel), in a page each if there are pages.
    headers = 2 * max(ubi.minimum_io_bytes, 64)
    assert ubi.logical_erase_block_bytes == ubi.physical_erase_block_bytes - headers
    assert ubi.size_bytes % ubi.physical_erase_block_bytes == 0
    root = device.roots["ubifs"]
    assert root.device == f"ubi0:{ubi.volume}"
    assert root.command_line in {("ubi.mtd=ubi",), ("ubi.mtd=rootfs",)}


@pytest.mark.parametrize("board", [name for name in REAL if REAL[name].boot])
def test_the_kernel_is_put_where_it_can_run(board: str) -> None:
    device = BOARDS[board]
    boot = device.boot
    assert boot is not None
    # Raw kernels begin with their first instruction.
    assert boot.load == boot.entry
    assert boot.load is not None
    load = int(boot.load, 16)
    if device.kernel.architecture == "mips":
        # Mapped and cached: kseg0 (arch/mips/include/asm/addrspace.h).
        assert 0x80000000 <= load < 0xA0000000
        assert device.kernel.image == "arch/mips/boot/vmlinux.bin"
        assert device.kernel.symbols["MIPS_RAW_APPENDED_DTB"] == "y"
        assert device.kernel.symbols["MIPS_BOOTLOADER_CMDLINE_REQUIRE_COOKIE"] == "y"
    else:
        # Documentation/arch/arm64/booting.rst.
        assert device.kernel.architecture == "arm64"
        assert load % (2 * 2**20) == 0


@pytest.mark.parametrize("board", REAL)
def test_a_watchdog_that_runs_already_is_fed(board: str) -> None:
    symbols = REAL[board].kernel.symbols
    assert symbols["WATCHDOG_HANDLE_BOOT_ENABLED"] == "y"
    assert [name for name in symbols if name.endswith(("_WDT", "_WATCHDOG"))]


@pytest.mark.parametrize("board", BOARDS)
def test_every_interface_can_be_used(board: str) -> None:
    names = interfaces(board)
    assert "lan" in names
    made = planned(board, *names)
    assert {service.type for service in made.services} >= {"network.address", "network.link"}


@pytest.mark.parametrize("board", REAL)
def test_two_interfaces_have_two_names(board: str) -> None:
    links = {
        id(service): service
        for service in System(device=board).hardware.network_interfaces.values()
    }
    names = [getattr(service, "ifname") for service in links.values()]  # noqa: B009
    assert len(names) == len(set(names))


@pytest.mark.parametrize("board", REAL)
def test_a_radio_brings_its_driver_only_where_it_is_used(board: str) -> None:
    radios = [name for name in interfaces(board) if name.startswith("wlan")]
    without = planned(board, *(name for name in interfaces(board) if name not in radios))
    asked = {symbol.name for symbol in without.symbols}
    # Boards that share a kernel have the modules of all, and none in the image.
    assert not {"CFG80211", "MAC80211", "WLAN"} & (asked - REAL[board].kernel.symbols.keys())
    assert not {"ath9k", "ath10k_pci", "mt7615e", "mt7915e"} & {
        module for loader in without.loaders for module in loader.modules
    }
    assert "/lib/firmware/regulatory.db" not in {file.file.path for file in without.files}
    for radio in radios:
        made = planned(board, radio)
        values = {symbol.name: symbol.value for symbol in made.symbols}
        assert values["CFG80211"] == "m"
        assert values["FW_LOADER"] == "y"
        (loader,) = [one for one in made.loaders if one.name == "modules.driver"]
        assert loader.modules
        assert "/lib/firmware/regulatory.db" in {file.file.path for file in made.files}


@pytest.mark.parametrize("board", BOARDS)
def test_a_radio_says_its_bands(board: str) -> None:
    """Profiles take the first; what it cannot do wifi.access_point refuses."""
    ports = System(device=board).hardware.network_interfaces
    for name, port in ports.items():
        driver = any(
            "CFG80211" in module.symbols
            for definition in closure([port]).values()
            for module in definition.needs.kernel_modules
        )
        assert bool(bands_of(port)) == driver == name.startswith("wlan")
        if driver:
            assert bands_of(port)[0] == ("5 GHz" if name == "wlan5" else "2.4 GHz")


@pytest.mark.parametrize("board", REAL)
def test_firmware_is_in_a_package_that_has_it(board: str) -> None:
    made = with_all(board)
    found = 0
    for file in (one.file for one in made.files):
        if not file.path.startswith("/lib/firmware/"):
            continue
        (target,) = file.content
        assert isinstance(target, PackagePath)
        assert f"/{target.path}" == file.path
        text = (SHARE / "packages" / target.package / "package.nix").read_text()
        assert file.path.rpartition("/")[2] in text
        found += 1
    assert found > 1 or not any(name.startswith("wlan") for name in interfaces(board))


@pytest.mark.parametrize(
    "package", sorted(path.name for path in (SHARE / "packages").glob("*-firmware"))
)
def test_every_firmware_package_is_somebodys(package: str) -> None:
    wanted = {name for board in BOARDS.values() for name in board.boot_firmware}
    wanted |= {
        path.package
        for board in REAL
        for planned_file in with_all(board).files
        for path in planned_file.file.content
        if isinstance(path, PackagePath)
    }
    assert package in wanted


def test_a_radio_is_known_by_its_place_where_there_are_two_chips() -> None:
    """Which of two drivers is first is chance, so names alone would not tell."""
    for board in ("belkin-rt3200", "turris-omnia"):
        found = System(device=board).hardware.network_interfaces
        places = {getattr(found[name], "devpath") for name in ("wlan", "wlan5")}  # noqa: B009
        assert None not in places
        assert len(places) == 2
