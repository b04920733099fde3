"""Boards: what a file under devices/ states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import optional

from liminix_gen.model.kernel import KernelBuild
from liminix_gen.model.memory import Tftp, is_address
from liminix_gen.model.root import ROOT_SYMBOLS

if TYPE_CHECKING:
    from liminix_gen.model.service import Service, ServiceNamespace


def _has_roots(_instance: object, _attribute: object, value: Mapping[str, object]) -> None:
    unknown = value.keys() - ROOT_SYMBOLS.keys()
    if unknown or not value:
        raise ValueError(f"roots are of the types {', '.join(ROOT_SYMBOLS)}, not {sorted(value)}")


@frozen(kw_only=True)
class Qemu:
    """A QEMU machine that stands for the board (qemu-system-*(1)).

    ``network`` and ``block`` are the device models of a network card and of a disk; the image's
    first network card is the lan, the second the wan. ``kvm_host`` is the processor (uname -m) of
    the machines whose KVM can run it.
    """

    executable: str
    machine: str
    cpu: str | None
    memory_mib: int
    network: str
    block: str
    random: str
    options: tuple[str, ...] = ()
    kvm_host: str | None = None


@frozen(kw_only=True)
class CrossSystem:
    """What nixpkgs compiles for: its ``crossSystem``, where ``gcc`` holds options of the compiler.

    The names are those of lib/systems in nixpkgs.
    """

    config: str
    gcc: Mapping[str, str] = field(factory=dict[str, str])


@frozen(kw_only=True)
class BootImage:
    """The form in which the boot loader takes the kernel, and where it puts it in memory.

    Addresses are text such as "0x80060000"; an ELF file says them itself. "raw" is the kernel's own
    file: an Image of 64-bit ARM, or a zImage, whose load address is the start of the memory.
    ``alignment_bytes`` is that of the parts of a FIT image. ``bootargs`` is the property of /chosen
    that holds the command line. ``tree_variable`` is U-Boot's variable that says where it has the
    board's device tree, for a board whose kernel is made without one.
    """

    format: Literal["uimage", "fit", "elf", "raw"]
    load: str | None = field(default=None, validator=optional(is_address))
    entry: str | None = field(default=None, validator=optional(is_address))
    alignment_bytes: int | None = None
    bootargs: str = "bootargs"
    tree_variable: str | None = None


@frozen(kw_only=True)
class Flash:
    """The part of the flash that holds kernel and root; ``address`` is the CPU's, as text.

    ``kernel_bytes`` is the room of the kernel, where the root has a fixed place behind it.
    ``root_device`` is root= from there, where the board's roots are elsewhere.
    """

    address: str = field(validator=is_address)
    size_bytes: int
    erase_block_bytes: int
    kernel_bytes: int | None = None
    root_device: str | None = None


@frozen(kw_only=True)
class Ubi:
    """UBI on a flash (mkfs.ubifs(8), ubinize(8)): its geometry, and the volume of the root.

    ``size_bytes`` is what the partition holds.
    """

    volume: str
    minimum_io_bytes: int
    logical_erase_block_bytes: int
    physical_erase_block_bytes: int
    size_bytes: int


@frozen(kw_only=True)
class Root:
    """Where a board keeps a root file system of one type, and what its kernel needs for that.

    ``device`` is root= of the kernel's command line; "mtd:NAME" is an MTD partition by its name.
    ``command_line`` are the words without which the device does not appear, ``symbols`` its
    drivers. JFFS2 has the erase block of its flash, ``erase_block_bytes``. ``size_bytes`` is all
    that the place holds; None where a disk is made to measure.

    In QEMU the root is on a disk of its own, or ``flash_offset_bytes`` into the second flash.
    """

    device: str
    command_line: tuple[str, ...] = ()
    symbols: Mapping[str, str] = field(factory=dict[str, str])
    erase_block_bytes: int | None = None
    size_bytes: int | None = None
    flash_offset_bytes: int | None = None


@frozen(kw_only=True)
class Device:
    """The facts of one board.

    ``description`` is a line; ``about`` is what an owner should know: the SoC, what works and
    what was never tried; ``install`` how an image gets onto the board. Both are Markdown.
    ``debian_architecture`` is None where Debian has no packages for it. ``console`` is the
    kernel's name of the console's terminal. ``roots`` are the file systems that its root can be, by
    type (rootfstype=); the first is the one of a configuration that says nothing.
    ``network_interfaces`` builds the board's interfaces as services.
    ``boot_firmware`` are packages (packages/*-firmware) that its images give the kernel when it
    starts: the processors' microcode.
    ``outputs`` are the images that make sense for it (templates/nix/lib/outputs), each with what
    only that image has to know of the board.
    """

    description: str
    about: str = ""
    install: str = ""
    cross: CrossSystem
    debian_architecture: str | None = None
    kernel: KernelBuild
    console: str
    command_line: tuple[str, ...] = ()
    roots: Mapping[str, Root] = field(validator=_has_roots)
    network_interfaces: Callable[[ServiceNamespace], Mapping[str, Service]]
    qemu: Qemu | None = None
    boot: BootImage | None = None
    flash: Flash | None = None
    ubi: Ubi | None = None
    tftp: Tftp | None = None
    boot_firmware: tuple[str, ...] = ()
    outputs: Mapping[str, Mapping[str, str | int]] = field(
        factory=lambda: dict[str, Mapping[str, "str | int"]]({"vmroot": {}})
    )
    default_output: str = "vmroot"
    name: str = field(default="", kw_only=True)

    @property
    def default_console(self) -> Literal["shell", "login"]:
        """What answers on its console: a shell where the board is in QEMU alone."""
        return "shell" if self.default_output == "vmroot" else "login"
