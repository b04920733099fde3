"""Argument lists: what stands in them, and that the real QEMU takes them."""

from __future__ import annotations

import itertools
import json
import re
import struct
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import attrs
import pytest

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.model.device import Qemu
from liminix_gen.qemu import machines, root
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.machines import Terminal, VmRoot
from liminix_gen.qemu.networks import Dgram, Forward, HubOf, Isolated, UserNet, netdev
from tests.support import vmroot as vmroots

CATALOG = Catalog.of()
DEVICES = tuple(name for name in CATALOG.devices if CATALOG.device(name).qemu is not None)


def machine_of(device: str) -> Qemu:
    """The QEMU of a device."""
    machine = CATALOG.device(device).qemu
    assert machine is not None
    return machine


_PCI = ("addr = 12.0", "addr = 13.0", "addr = 14.0", "addr = 15.0")
_MMIO = tuple(
    f"mmio 000000000a000{index}00/0000000000000200\n    bus: virtio-mmio-bus.{index // 2}\n"
    f"      type virtio-mmio-bus\n      dev: {device}"
    for index, device in zip(
        (0, 2, 4, 6),
        ("virtio-net-device", "virtio-net-device", "virtio-blk-device", "virtio-rng-device"),
        strict=True,
    )
)


def ssh_hub(directory: Path) -> HubOf:
    """A segment with a peer, and a way for this machine's ssh."""
    forward = Forward(host_port=40222, guest_address=IPv4Address("192.168.19.1"), guest_port=22)
    user = UserNet(network=IPv4Network("192.168.19.0/24"), forwards=(forward,))
    return HubOf(members=(Dgram(local=directory / "q", remote=directory / "p"), user))


SYSTEM = "00000000000000000000000000000000-system"


def bogus(directory: Path, *, elf: str = "", **facts: object) -> VmRoot:
    """Enough of a kernel for QEMU to load: raw zeros, or an ELF file of MIPS ("<", ">": order).

    ``facts`` are those of the root.
    """
    header = b"\x7fELF\x01" + (b"\x02" if elf == ">" else b"\x01") + b"\x01".ljust(10, b"\0")
    fields = (2, 8, 1, 0x80100000, 52, 0, 0x70001000, 52, 32, 1, 40, 0, 0)
    segment = (1, 0, 0x80100000, 0x80100000, 4096, 4096, 5, 4096)
    order = elf or "<"
    head = header + struct.pack(f"{order}HHIIIIIHHHHHH", *fields)
    head += struct.pack(f"{order}8I", *segment)
    (directory / "kernel").write_bytes(head.ljust(4096, b"\0") if elf else bytes(65536))
    (directory / "rootfs").write_bytes(bytes(65536))
    (directory / "command-line").write_text("console=ttyS0 root=/dev/vda a,b\n")
    store = {f"/nix/store/{name}": 0 for name in ("busybox", SYSTEM)}
    (directory / "closure.json").write_text(json.dumps(store))
    (directory / "machine.json").write_text(json.dumps({"root": {"type": "squashfs", **facts}}))
    return vmroots.read(directory)


def test_the_list_is_one_of_words(tmp_path: Path) -> None:
    command = machines.command(
        machine_of("qemu-armv7l"), bogus(tmp_path), (Isolated(), ssh_hub(tmp_path))
    )
    assert command[0] == "qemu-system-arm"
    # One word, blanks and commas as they are: it goes to the kernel.
    assert command[command.index("-append") + 1] == "console=ttyS0 root=/dev/vda a,b"
    assert "-no-reboot" in command
    devices = [word for before, word in itertools.pairwise(command) if before == "-device"]
    assert [device.rpartition("=")[2] for device in devices] == [
        f"virtio-mmio-bus.{index}" for index in range(4)
    ]


def test_who_may_write_the_disk_and_who_may_reboot(tmp_path: Path) -> None:
    def drives(vmroot: VmRoot, *, reboots: bool = False) -> list[str]:
        command = machines.command(machine_of("qemu-mipsel"), vmroot, (), reboots=reboots)
        assert ("-no-reboot" in command) != reboots
        return [word for before, word in itertools.pairwise(command) if before == "-drive"]

    (drive,) = drives(bogus(tmp_path))
    assert "readonly=on" in drive
    (drive,) = drives(bogus(tmp_path, type="ext4"), reboots=True)
    assert drive.endswith(f",file={tmp_path}/rootfs")
    assert "readonly" not in drive


def test_a_root_in_the_flash_is_no_disk_and_moves_nothing(tmp_path: Path) -> None:
    vmroot = bogus(tmp_path, type="jffs2", flashOffsetBytes=0x800000, sizeBytes=0x3800000)
    command = machines.command(machine_of("qemu-armv7l"), vmroot, (Isolated(), Isolated()))
    words = list(itertools.pairwise(command))
    flash = f"if=pflash,unit=1,format=raw,file={tmp_path}/rootfs"
    assert [word for before, word in words if before == "-drive"] == [flash]
    devices = [word for before, word in words if before == "-device"]
    assert [device.rpartition("=")[2] for device in devices] == [
        f"virtio-mmio-bus.{index}" for index in (0, 1, 3)
    ]


def test_the_copy_of_a_root_has_its_place_and_is_kept(tmp_path: Path) -> None:
    offset, size = 0x40000, 0x100000
    vmroot = bogus(tmp_path, type="jffs2", flashOffsetBytes=offset, sizeBytes=size)
    vmroot.root.write_bytes(b"root" + SYSTEM.encode())
    copied = root.with_copy(vmroot, tmp_path / "copy")
    assert copied == attrs.evolve(vmroot, root=tmp_path / "copy")
    flash = copied.root.read_bytes()
    assert len(flash) == offset + size
    assert set(flash[:offset]) == {0xFF}
    assert flash[offset:].rstrip(b"\xff") == vmroot.root.read_bytes()
    assert root.holds(copied.root, SYSTEM)
    assert not root.holds(copied.root, SYSTEM.replace("0", "1"))

    copied.root.write_bytes(b"what the guest wrote")
    assert root.with_copy(vmroot, copied.root) == copied
    assert copied.root.read_bytes() == b"what the guest wrote"


def test_a_disk_is_made_to_measure(tmp_path: Path) -> None:
    vmroot = bogus(tmp_path, type="ext4")
    assert (vmroot.writable, vmroot.system) == (True, SYSTEM)
    copied = root.with_copy(vmroot, tmp_path / "copy")
    assert copied.root.read_bytes() == vmroot.root.read_bytes()


def test_a_comma_in_a_path_stays_in_it() -> None:
    words = netdev(Dgram(local=Path("/a,b"), remote=Path("/c")), 0)
    assert words == (
        "-netdev",
        "dgram,id=net0,local.type=unix,local.path=/a,,b,remote.type=unix,remote.path=/c",
    )


@pytest.mark.parametrize("name", DEVICES)
def test_qemu_takes_the_list_and_puts_every_device_in_its_place(name: str, tmp_path: Path) -> None:
    machine = machine_of(name)
    if not process.has(machine.executable):
        pytest.skip(f"{machine.executable} is not installed")
    vmroot = bogus(tmp_path, elf={"qemu": ">", "qemu-mipsel": "<"}.get(name, ""))
    lan = Dgram(local=tmp_path / "l,an", remote=tmp_path / "peer")
    for networks in ((lan, Isolated()), (ssh_hub(tmp_path), UserNet(restricted=False))):
        command = machines.command(machine, vmroot, networks, terminal=Terminal.USER, extra=("-S",))
        with Loop() as loop, Guest(command, loop) as guest:
            # Ctrl-A c leads to QEMU's monitor. Its last words get lost when it quits too soon.
            guest.console.send("\x01cinfo network\ninfo qtree\ninfo version")
            guest.console.wait_for(r"^\d+\.\d+\.\d+.*\n", 20)
            guest.console.send("quit")
            guest.wait_for_end(20)
            text = guest.console.text
    for card in range(len(networks)):
        assert f"macaddr={machines.mac_address(card)}" in text
    places = _PCI if machine.network.endswith("-pci") else _MMIO
    # The tree shows the place of each device before what it is, or after, in one line each.
    found = [text.find(place) for place in places]
    assert min(found) >= 0, text


def test_qemu_takes_a_root_in_the_second_flash(tmp_path: Path) -> None:
    machine = machine_of("qemu-aarch64")
    if not process.has(machine.executable):
        pytest.skip(f"{machine.executable} is not installed")
    vmroot = bogus(tmp_path, type="jffs2", flashOffsetBytes=0x800000, sizeBytes=0x3800000)
    vmroot = root.with_copy(vmroot, tmp_path / "fl,ash")
    user = Terminal.USER
    command = machines.command(machine, vmroot, (Isolated(),), terminal=user, extra=("-S",))
    with Loop() as loop, Guest(command, loop) as guest:
        guest.console.send("\x01cinfo block\ninfo version")
        guest.console.wait_for(r"^\d+\.\d+\.\d+.*\n", 20)
        guest.console.send("quit")
        guest.wait_for_end(20)
        assert re.search(rf"pflash1 \(.*\): {vmroot.root} \(raw\)\n", guest.console.text)
