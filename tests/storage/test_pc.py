"""A PC starts by its own firmware, from every kind of disk, and is reset by its watchdogs."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.qemu import machines
from liminix_gen.qemu.acceleration import choose
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Isolated, netdev
from liminix_gen.qemu.run import ISOLATED
from tests.support import vmroot as vmroots
from tests.support.installed import TIMEOUT_S, build, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from liminix_gen.model.device import Qemu

pytestmark = pytest.mark.boot

BOARD = "x86-64"
# Of Debian's ovmf, in bookworm and trixie.
OVMF = Path("/usr/share/OVMF")
# A picture is 720 x 400 pixels under a BIOS, and more under UEFI.
LEAST_PIXELS_OF_TEXT = 2000


@pytest.fixture(scope="module", params=[BOARD])
def machine(request: pytest.FixtureRequest) -> Qemu:
    """What QEMU is for the board."""
    found = Catalog.of().device(request.param).qemu
    assert found is not None
    return found


@pytest.fixture(scope="module")
def made(machine: Qemu, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The disk of a router that keeps its state."""
    del machine  # asked for, so that this is built where the board is booted
    folder = tmp_path_factory.mktemp("pc")
    return build(BOARD, "squashfs", "state", "gptimage", folder / "gptimage")


@pytest.fixture
def disk(made: Path, tmp_path: Path) -> Path:
    """A copy that can be written."""
    return copied(made / "disk.img", tmp_path / "disk.img")


def copied(disk: Path, copy: Path) -> Path:
    process.run(["cp", "--sparse=always", "--no-preserve=mode", disk, copy])
    return copy


def drive(disk: Path, *devices: str) -> list[str]:
    """Return a disk on a device of QEMU, the last one; those before are what that hangs on."""
    kind = disk.suffix.removeprefix(".").replace("img", "raw")
    words = ["-drive", f"if=none,id=disk,format={kind},file={disk}"]
    for device in devices[:-1]:
        words += ["-device", device]
    return [*words, "-device", f"{devices[-1]},drive=disk"]


def cards(*models: str) -> list[str]:
    """Return network cards in this order on the bus."""
    words: list[str] = []
    for number, model in enumerate(models):
        place = f"addr={0x10 + number:#x},mac={machines.mac_address(number)},romfile="
        words += [*netdev(Isolated(), number)]
        words += ["-device", f"{model},netdev=net{number},{place}"]
    return words


def uefi(folder: Path) -> list[str]:
    """Return OVMF, with a memory of its own."""
    variables = folder / "variables"
    shutil.copyfile(OVMF / "OVMF_VARS_4M.fd", variables)
    code = f"if=pflash,format=raw,readonly=on,file={OVMF / 'OVMF_CODE_4M.fd'}"
    return ["-drive", code, "-drive", f"if=pflash,format=raw,file={variables}"]


@contextmanager
def running(machine: Qemu, *words: str) -> Iterator[Guest]:
    """Start a PC with a screen, and with nothing else than what is told.

    A reboot ends it: what boots in the same QEMU 7.2 again is several times slower.
    """
    command = [machine.executable, "-m", str(machine.memory_mib), "-cpu", str(machine.cpu)]
    command += ["-machine", f"{machine.machine},accel={choose(machine).accelerators}"]
    command += ["-nodefaults", "-display", "none", "-vga", "std", "-no-reboot"]
    command += machines.Terminal.USER.value
    with Loop() as loop, Guest([*command, *words], loop) as guest:
        yield guest


def written_is_kept(machine: Qemu, words: list[str], root: str, file: str) -> None:
    """Write a file, restart in order, which ends QEMU, and find the file."""
    with running(machine, *words) as guest:
        guest.wait_until_ready(TIMEOUT_S)
        assert root_of(guest) == root
        guest.console.check(f"echo kept >{file}")
        guest.console.send("reboot")
        guest.wait_for_end(TIMEOUT_S)
    with running(machine, *words) as guest:
        guest.wait_until_ready(TIMEOUT_S)
        guest.console.wait_for_shell(30)
        assert guest.console.check(f"cat {file}") == "kept"
        guest.power_off(TIMEOUT_S)


def pixels_of_text(guest: Guest, folder: Path) -> int:
    """Return how much of the screen is not black (ppm(5))."""
    picture = folder / "picture.ppm"
    # Ctrl-A c leads to QEMU's monitor, and back.
    guest.console.send(f"\x01cscreendump {picture}\ninfo version")
    guest.console.wait_for(r"^\d+\.\d+\.\d+.*\n", 20)
    guest.console.send("\x01c")
    header = re.match(rb"P6\s+\d+\s+\d+\s+255\s", picture.read_bytes())
    assert header is not None
    content = picture.read_bytes()[header.end() :]
    return sum(any(content[place : place + 3]) for place in range(0, len(content), 3))


def root_of(guest: Guest) -> str:
    """Return the block device of the root."""
    guest.console.wait_for_shell(30)
    guest.console.check("dmesg -n 1")
    mounts = guest.console.check("grep ' / / ' /proc/self/mountinfo").splitlines()
    number = mounts[-1].split()[2]
    return Path(guest.console.check(f"readlink -f /sys/dev/block/{number}")).name


@pytest.mark.parametrize("firmware", ["BIOS", "UEFI"])
def test_from_power_on_to_all_services(
    machine: Qemu, disk: Path, tmp_path: Path, figure: Callable[[str, str], None], firmware: str
) -> None:
    words = uefi(tmp_path) if firmware == "UEFI" else []
    words += [*drive(disk, "virtio-blk-pci"), *cards("virtio-net-pci", "virtio-net-pci")]
    with running(machine, *words) as guest:
        said = guest.wait_until_ready(TIMEOUT_S)
        figure(f"kernel's start to all services ready: {firmware} on {BOARD}", seconds(said))
        assert root_of(guest) == "vda3"
        consoles = guest.console.check("cat /proc/consoles")
        assert re.search(r"^ttyS0 .*\n(.*\n)*tty0 ", consoles, re.MULTILINE)
        efi = guest.console.run("ls /sys/firmware/efi").status == 0
        assert efi == (firmware == "UEFI")
        assert pixels_of_text(guest, tmp_path) > LEAST_PIXELS_OF_TEXT
        guest.power_off(TIMEOUT_S)


@pytest.mark.parametrize(
    ("devices", "root"),
    [
        (("nvme,serial=1",), "nvme0n1p3"),
        (("sdhci-pci", "sd-card"), "mmcblk0p3"),
    ],
    ids=["NVMe", "SD"],
)
def test_other_disks(machine: Qemu, disk: Path, devices: tuple[str, ...], root: str) -> None:
    if "sd-card" in devices:
        # The size of a card is a power of two.
        process.run(["truncate", "-s", "256M", disk])
    with running(machine, *drive(disk, *devices), *cards("e1000e", "e1000e")) as guest:
        guest.wait_until_ready(TIMEOUT_S)
        assert root_of(guest) == root
        driver = guest.console.check("readlink /sys/class/net/eth1/device/driver")
        assert driver.endswith("/e1000e")
        guest.power_off(TIMEOUT_S)


def test_a_virtual_disk_with_the_state(machine: Qemu, made: Path, tmp_path: Path) -> None:
    del made
    link = build(BOARD, "squashfs", "state", "qcow2", tmp_path / "qcow2")
    disk = copied(link / "disk.qcow2", tmp_path / "disk.qcow2")
    words = [*drive(disk, "ide-hd,bus=ide.0"), *cards("e1000", "e1000")]
    written_is_kept(machine, words, "sda3", "/state/test")


def test_a_stick_with_a_root_that_can_be_written(machine: Qemu, made: Path, tmp_path: Path) -> None:
    """Another disk with another image does not matter, though the kernel finds it first."""
    link = build(BOARD, "ext4", "", "gptimage", tmp_path / "gptimage")
    stick = copied(link / "disk.img", tmp_path / "stick.img")
    words = ["-drive", f"if=none,id=other,format=raw,readonly=on,file={made / 'disk.img'}"]
    words += ["-device", "virtio-blk-pci,drive=other"]
    words += drive(stick, "qemu-xhci", "usb-storage,bootindex=0")
    words += cards("virtio-net-pci")
    written_is_kept(machine, words, "sda3", "/var/test")


@pytest.mark.parametrize("chipset", [False, True], ids=["i6300ESB", "iTCO"])
def test_a_watchdog_that_nobody_feeds(machine: Qemu, tmp_path: Path, *, chipset: bool) -> None:
    vmroot = vmroots.read(build(BOARD, "squashfs", "", "vmroot", tmp_path / "vmroot"))
    # QEMU 7.2's chipset starts with its watchdog's reset held back.
    held = ("-global", "ICH9-LPC.noreboot=off")
    command = machines.command(machine, vmroot, ISOLATED, extra=held)
    with Loop() as loop, Guest(command, loop) as guest:
        guest.wait_until_ready(TIMEOUT_S)
        assert root_of(guest) == "vda"
        addresses = guest.console.check(
            "cat /sys/class/net/eth0/address /sys/class/net/eth1/address"
        )
        assert addresses.split() == [machines.mac_address(0), machines.mac_address(1)]
        listed = guest.console.check("ls -l /sys/class/watchdog")
        links = re.findall(r" -> (\S+)", listed)
        (watchdog,) = (link for link in links if ("iTCO" in link) == chipset)
        # The image's own feeds one of them.
        guest.console.check("services stop watchdog")
        guest.console.send(f"watchdog -F -T 4 -t 60 /dev/{Path(watchdog).name}")
        # The reset ends QEMU.
        guest.wait_for_end(60)
        assert "reboot:" not in guest.console.text
