"""Boards that start by themselves with U-Boot: from the network into memory, and out of flash."""

from __future__ import annotations

import json
import random
import re
from array import array
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.qemu import machines
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Isolated, netdev
from tests.support.installed import PROJECT, TIMEOUT_S, build, seconds
from tests.support.reaching import LAN

if TYPE_CHECKING:
    from collections.abc import Callable

    from liminix_gen.model.device import Qemu

pytestmark = pytest.mark.boot

# Of Debian's u-boot-qemu.
U_BOOT = {
    "qemu-aarch64": Path("/usr/lib/u-boot/qemu_arm64/u-boot.bin"),
    "qemu-armv7l": Path("/usr/lib/u-boot/qemu_arm/u-boot.bin"),
}
MALTA_U_BOOT = Path("/usr/lib/u-boot/maltael/u-boot.bin")
MALTA_FLASH_BYTES = 4 << 20
BOOT_FLASH = PROJECT / "templates/nix/lib/python/boot_flash.py"
BANK_BYTES = 64 << 20
# Where QEMU has put the device tree, which U-Boot itself finds out only when it has no environment.
FDT_ADDRESS = "0x40000000"


def need_debian_12s(u_boot: Path) -> None:
    """Skip with another U-Boot than 2023.01: that of Debian 13, 2025.01, was not seen to do it."""
    if b"U-Boot 2023.01" not in u_boot.read_bytes():
        pytest.skip("only U-Boot 2023.01, of Debian 12, was seen to start this way")


def machine_of(device: str) -> Qemu:
    found = Catalog.of().device(device).qemu
    assert found is not None
    return found


def command(device: str) -> list[str]:
    """Return the command of a board without cards and disks."""
    machine = machine_of(device)
    words = [machine.executable, "-machine", machine.machine, "-m", str(machine.memory_mib)]
    words += ["-cpu", str(machine.cpu), "-nodefaults", "-display", "none", "-no-reboot"]
    return [*words, *machine.options, *machines.Terminal.PROGRAM.value]


def virt(device: str, *more: str) -> list[str]:
    """Return the command of a board that has U-Boot in its first flash."""
    return [*command(device), "-bios", str(U_BOOT[device]), *more]


def cards(device: str, lan: str) -> list[str]:
    """Return the two network cards in their places; ``lan`` is the network of the first."""
    machine = machine_of(device)
    devices = [word for card in (0, 1) for word in ("-device", machines.card_device(machine, card))]
    return ["-netdev", lan, *netdev(Isolated(), 1), *devices]


def served(link: Path) -> str:
    """Return a network with a TFTP server that has an output."""
    return f"user,ipv6=off,net={LAN},tftp={link.resolve()}"


def malta(link: Path, *more: str) -> list[str]:
    """Return the command of malta, with a network card that U-Boot has a driver for."""
    card = ["-netdev", f"{served(link)},id=boot", "-device", "pcnet,netdev=boot,addr=0xb,romfile="]
    return [*command("qemu-mipsel"), *card, *more]


def malta_flash(file: Path) -> list[str]:
    """Write U-Boot into a flash that is erased otherwise."""
    # QEMU swaps the bytes of each word of it.
    need_debian_12s(MALTA_U_BOOT)
    content = array("I", MALTA_U_BOOT.read_bytes())
    content.byteswap()
    file.write_bytes(content.tobytes().ljust(MALTA_FLASH_BYTES, b"\xff"))
    return ["-drive", f"if=pflash,format=raw,file={file}"]


def type_script(guest: Guest, name: str) -> None:
    """Have U-Boot run a script: on malta it has not the memory to read variables from flash."""
    for line in (f"dhcp 0x81000000 {name}", "source 0x81000000"):
        guest.console.wait_for("^maltael # $", TIMEOUT_S)
        guest.console.send(line)


def block_device_of_root(guest: Guest, name: str) -> str:
    """Return the block device of the root, which is a squashfs on the MTD partition of a name."""
    guest.console.wait_for_shell(30)
    check = guest.console.check
    check("dmesg -n 1")
    device, place, type_, *_ = check("grep ' / ' /proc/mounts").split()
    assert (place, type_) == ("/", "squashfs")
    number = device.removeprefix("/dev/mtdblock")
    assert re.search(rf'^mtd{number}: .* "{name}"$', check("cat /proc/mtd"), re.MULTILINE)
    return device


@pytest.mark.parametrize("device", U_BOOT)
def test_from_the_network_into_memory(
    device: str, tmp_path: Path, figure: Callable[[str, str], None]
) -> None:
    """Nobody types: U-Boot asks for an address, and runs the script that is there."""
    need_debian_12s(U_BOOT[device])
    link = build(device, "squashfs", "", "tftpboot", tmp_path / "tftpboot")
    words = virt(device, *cards(device, f"{served(link)},id=net0"))
    with Loop() as loop, Guest(words, loop) as guest:
        said = guest.wait_until_ready(TIMEOUT_S)
        block_device_of_root(guest, "memory")
        guest.power_off(TIMEOUT_S)
    figure(f"kernel's start to all services ready: TFTP on {device}", seconds(said))


def test_a_mips_board_from_the_network_into_memory(
    tmp_path: Path, figure: Callable[[str, str], None]
) -> None:
    device = "qemu-mipsel"
    link = build(device, "squashfs", "", "tftpboot", tmp_path / "tftpboot")
    words = malta(link, *cards(device, "user,id=net0,restrict=on"))
    flash = malta_flash(tmp_path / "flash")
    with Loop() as loop, Guest([*words, *flash], loop) as guest:
        type_script(guest, "boot.scr.uimg")
        said = guest.wait_until_ready(TIMEOUT_S)
        block_device_of_root(guest, "memory")
        guest.power_off(TIMEOUT_S)
    figure(f"kernel's start to all services ready: TFTP on {device}", seconds(said))


def test_out_of_flash(tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    """The kernel is read from flash by U-Boot, the root by the kernel."""
    device = "qemu-aarch64"
    link = build(device, "squashfs", "", "mtdimage", tmp_path / "mtdimage")
    flash = Catalog.of().device(device).flash
    assert flash is not None
    before = str(int(flash.address, 16) - BANK_BYTES)
    variables = (link / "environment.txt").read_text() + f"fdt_addr={FDT_ADDRESS}\n"
    environment = tmp_path / "environment"
    process.run(["mkenvimage", "-s", before, "-o", environment, "-"], input=variables)
    bank = tmp_path / "bank"
    content = environment.read_bytes() + (link / "firmware.bin").read_bytes()
    bank.write_bytes(content.ljust(BANK_BYTES, b"\xff"))
    words = ["-drive", f"if=pflash,unit=1,format=raw,file={bank}"]
    words += cards(device, "user,id=net0,ipv6=off,restrict=on")
    with Loop() as loop, Guest(virt(device, *words), loop) as guest:
        said = guest.wait_until_ready(TIMEOUT_S)
        block = block_device_of_root(guest, "rootfs")
        # What the manifest says of the root is what the board reads.
        manifest = json.loads((link / "manifest.json").read_text())
        (root,) = (part for part in manifest["parts"] if part["name"] == "root")
        read = guest.console.check(f"head -c {root['size-bytes']} {block} | sha256sum")
        assert read.split()[0] == root["sha256"]
        guest.power_off(TIMEOUT_S)
    figure(f"kernel's start to all services ready: flash on {device}", seconds(said))


@pytest.mark.parametrize("damaged", [False, True])
def test_the_script_that_writes_a_flash(tmp_path: Path, *, damaged: bool) -> None:
    """Of two KiB: Debian's QEMU 7.2 loses what U-Boot writes behind them in a block."""
    made = tmp_path / "made"
    made.mkdir()
    image = random.Random(4).randbytes(2048)  # noqa: S311 - content, no secret
    (made / "firmware.bin").write_bytes(image)
    layout = {
        "device": "a-board",
        "architecture": "mips",
        "commandLine": "",
        "boot": {"format": "uimage", "load": "0x80060000"},
        "tftp": {
            "memory": {"address": "0x00000000", "sizeBytes": 256 << 20},
            "root": {"address": "0x08000000", "sizeBytes": 1 << 20},
            "reserved": {},
        },
        "flash": {"address": "0xbe100000"},
    }
    (made / "layout").write_text(json.dumps(layout))
    (made / "manifest.json").write_text('{"parts": []}')
    words = ["python3", BOOT_FLASH, "layout", "firmware.bin", "manifest.json"]
    process.run(words, cwd=made)
    script = ["-A", "mips", "-T", "script", "-C", "none", "-d", "flash.cmd", "flash.scr.uimg"]
    process.run(["mkimage", *script], cwd=made)
    if damaged:
        (made / "firmware.bin").write_bytes(image[:-1] + b"?")
    flash = tmp_path / "flash"
    words = malta(made, *malta_flash(flash))
    with Loop() as loop, Guest(words, loop) as guest:
        type_script(guest, "flash.scr.uimg")
        guest.console.wait_for(
            r"^liminix-gen: firmware\.bin is another file than the one that this script is for$"
            if damaged
            else "^liminix-gen: the flash is written$",
            TIMEOUT_S,
        )
        guest.stop()
    written = flash.read_bytes()[0x100000:0x3E0000]
    assert written == (b"" if damaged else image).ljust(len(written), b"\xff")
