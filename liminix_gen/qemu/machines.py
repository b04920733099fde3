"""The argument list of a QEMU that boots a `vmroot`.

The guest meets the hardware in one order on every machine, because each device has its place:
lan, wan, disk, random numbers.

* PCI (malta, q35): slots 0x12 to 0x15, the only ones whose interrupts malta routes to cards
  (``irq_tab`` in the kernel's arch/mips/pci/fixup-malta.c):
  lan is ``/sys/devices/pci0000:00/0000:00:12.0``, wan ``0000:00:13.0``. q35 has the same free.
* virtio-mmio (virt): transports 0 to 3, at 0xa000000 in steps of 0x200 (QEMU's hw/arm/virt.c):
  lan is ``/sys/devices/platform/a000000.virtio_mmio``, wan ``a000200.virtio_mmio``.

Without these places QEMU 7.2 puts the first device on the highest address, and Linux counts from
the lowest. A root in the second flash leaves the disk's place empty.
"""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

from liminix_gen.model.root import READ_ONLY
from liminix_gen.qemu.networks import Network, netdev, option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from liminix_gen.model.device import Qemu

_FIRST_PCI_SLOT = 0x12


class Terminal(Enum):
    """Where the guest's first serial port ends."""

    PROGRAM = ("-serial", "stdio", "-monitor", "none")
    """Standard input and output, every byte for the guest."""
    USER = ("-serial", "mon:stdio")
    """The user's terminal; Ctrl-A x leaves QEMU, Ctrl-A h lists the other keys."""


@frozen(kw_only=True)
class VmRoot:
    """A `vmroot` output: kernel, root file system, and what QEMU has to know of them.

    A `writable` root needs a copy of the image (liminix_gen.qemu.root) in the place of ``root``.
    It is a disk, or begins ``flash_offset_bytes`` into the second flash; ``size_bytes`` is all that
    its place holds, None if a disk is made to measure. ``system`` is the name of what an update
    copies of it, None if there is no updating.
    """

    kernel: Path
    root: Path
    command_line: str
    writable: bool = False
    flash_offset_bytes: int | None = None
    size_bytes: int | None = None
    system: str | None = None

    @classmethod
    def of(cls, files: Mapping[str, Path]) -> VmRoot:
        """Read the parts of an output, by name."""
        root = json.loads(files["machine.json"].read_text(encoding="utf-8"))["root"]
        store_paths: list[str] = json.loads(files["closure.json"].read_text(encoding="utf-8"))
        systems = (path.rpartition("/")[2] for path in store_paths if path.endswith("-system"))
        return cls(
            kernel=files["kernel"],
            root=files["rootfs"],
            command_line=files["command-line"].read_text(encoding="utf-8").strip(),
            writable=root["type"] not in READ_ONLY,
            flash_offset_bytes=root.get("flashOffsetBytes"),
            size_bytes=root.get("sizeBytes"),
            system=next(systems, None),
        )


def mac_address(card: int) -> str:
    """Return the address of the card with that number (0 is the lan): locally administered."""
    return f"52:54:00:00:00:{card + 1:02x}"


def card_device(machine: Qemu, card: int) -> str:
    """Return the card with that number as a device, on the back end ``net<card>``."""
    model = machine.network
    # The cards' boot ROMs are in a package of their own, and nothing boots from the network.
    rom = ",romfile=" if model.endswith("-pci") else ""
    return f"{model},netdev=net{card},mac={mac_address(card)}{_place(model, card)}{rom}"


def command(
    machine: Qemu,
    vmroot: VmRoot,
    networks: Sequence[Network],
    *,
    terminal: Terminal = Terminal.PROGRAM,
    state: Path | None = None,
    copy: Path | None = None,
    reboots: bool = False,
    accelerators: str | None = None,
    extra: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the whole argument list; `networks` are those of the lan, the wan, ...

    `state` is the image of a second disk, which the guest may write. `copy` gets all that the
    guest says on a terminal of the user. A reboot ends QEMU, unless `reboots` says that it does
    not. `accelerators` are those of this machine if they are None.
    """
    arguments = [machine.executable, "-machine", _machine(machine, accelerators)]
    arguments += ["-m", str(machine.memory_mib)]
    if machine.cpu is not None:
        arguments += ["-cpu", machine.cpu]
    # Nothing but what stands here (malta's own VGA sits in the lan's slot).
    arguments += ["-nodefaults", "-display", "none", *machine.options]
    if not reboots:
        arguments += ["-no-reboot"]
    arguments += terminal.value if copy is None else _copied(copy)
    arguments += ["-kernel", str(vmroot.kernel), "-append", vmroot.command_line]
    for card, network in enumerate(networks):
        arguments += [*netdev(network, card), "-device", card_device(machine, card)]
    slot = max(2, len(networks))
    if vmroot.flash_offset_bytes is None:
        access = "" if vmroot.writable else "readonly=on,"
        drive = f"if=none,id=root,format=raw,{access}file={option(vmroot.root)}"
        arguments += ["-drive", drive]
        arguments += ["-device", f"{machine.block},drive=root{_place(machine.block, slot)}"]
    else:
        arguments += ["-drive", f"if=pflash,unit=1,format=raw,file={option(vmroot.root)}"]
    arguments += ["-device", f"{machine.random}{_place(machine.random, slot + 1)}"]
    if state is not None:
        arguments += ["-drive", f"if=none,id=state,format=raw,file={option(state)}"]
        place = _place(machine.block, slot + 1, function=1)
        arguments += ["-device", f"{machine.block},drive=state{place}"]
    return (*arguments, *extra)


def _copied(copy: Path) -> tuple[str, ...]:
    """Return what Terminal.USER is, with a file that QEMU writes the console's text to."""
    terminal = f"stdio,id=console,mux=on,signal=off,logfile={option(copy)}"
    return ("-chardev", terminal, "-serial", "chardev:console", "-mon", "chardev=console")


def _machine(machine: Qemu, accelerators: str | None) -> str:
    """Return the machine, with what accelerates it, if anything can."""
    if machine.kvm_host is None:
        return machine.machine
    if accelerators is None:
        from liminix_gen.qemu import acceleration  # noqa: PLC0415  a tree leaves it to its script

        accelerators = acceleration.choose(machine).accelerators
    return f"{machine.machine},accel={accelerators}"


def _place(model: str, index: int, *, function: int = 0) -> str:
    """Return where a device goes; PCI slots are few, so a second disk shares one."""
    if model.endswith("-pci"):
        several = "" if function else ",multifunction=on"
        return f",addr={_FIRST_PCI_SLOT + index:#x}.{function:x}{several}"
    return f",bus=virtio-mmio-bus.{index + function}"
