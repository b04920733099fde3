"""Boards: what a file under devices/ states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from attrs import field, frozen
from attrs.validators import optional

from liminix_gen.model.kernel import SYMBOLS, KernelBuild
from liminix_gen.model.memory import Tftp, is_address
from liminix_gen.model.root import ROOT_SYMBOLS
from liminix_gen.model.values import (
    CHIP,
    PACKAGE,
    Instance,
    Integer,
    Lines,
    ListOf,
    MappingOf,
    OneOf,
    Optional,
    Text,
    ValueType,
    checked,
    conforms,
    plain_integer,
)

if TYPE_CHECKING:
    from liminix_gen.model.output import Image
    from liminix_gen.model.service import Service, ServiceNamespace


T = TypeVar("T")

_WORD_64 = Integer(-(2**63) + 1, 2**63 - 1)
_WORD = Text(pattern=r"\S+", description="a word of the kernel's command line")
_WORDS = ListOf(_WORD)
_TRIPLET = Text(
    pattern=r"[a-z0-9_]+(?:-[a-z0-9_]+){2,3}",
    description='what is compiled for, such as "mips-unknown-linux-musl"',
)
# How its processor is called there, by the kernel's name of the architecture.
_PROCESSORS = {"arm": "arm", "arm64": "aarch64", "mips": "mips", "x86": "x86_64"}
_TERMINAL = Text(pattern=r"\S*", may_be_empty=True, description="a terminal, such as ttyS0")
# Larger than any flash, and a number that every program here can hold.
_BYTES = Integer(1, 2**53, unit="bytes")


def _has_roots(_instance: object, _attribute: object, value: Mapping[str, object]) -> None:
    if not value:
        raise ValueError(f"roots are of the types {', '.join(ROOT_SYMBOLS)}, and there is none")
    try:
        roots = MappingOf(OneOf(*ROOT_SYMBOLS), Instance(Root, "a Root")).convert(value)
    except ValueError as error:
        raise ValueError(f"roots {error}") from None
    if "jffs2" in roots and roots["jffs2"].erase_block_bytes is None:
        raise ValueError("roots: a root that is jffs2 has `erase_block_bytes`")


_Builder = Callable[["ServiceNamespace"], Mapping[str, "Service"]]


def _is_function(name: str) -> Callable[[object, object, _Builder], None]:
    def validate(_instance: object, _attribute: object, value: _Builder) -> None:
        if not callable(value):
            raise ValueError(f"{name} must be a function, not {value!r}")

    return validate


def _no_services(_service: ServiceNamespace) -> Mapping[str, Service]:
    return {}


class _Fact(ValueType[str | int]):
    """What an image knows of a board."""

    def convert(self, value: object) -> str | int:
        number = plain_integer(value)
        return Text().convert(value) if number is None else _WORD_64.convert(number)

    def describe(self) -> str:
        return "a number or a line of text"


def _optional(cls: type[T], what: str) -> ValueType[T | None]:
    return Optional(Instance(cls, what))


@frozen(kw_only=True, field_transformer=checked)
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


@frozen(kw_only=True, field_transformer=checked)
class CrossSystem:
    """What nixpkgs compiles for: its ``crossSystem``, where ``gcc`` holds options of the compiler.

    The names are those of lib/systems in nixpkgs.
    """

    config: str = field(validator=conforms("CrossSystem.config", _TRIPLET))
    gcc: Mapping[str, str] = field(factory=dict[str, str])


Format = Literal["uimage", "fit", "elf", "raw"]
_FORMAT = cast("ValueType[Format]", OneOf("uimage", "fit", "elf", "raw"))


@frozen(kw_only=True, field_transformer=checked)
class BootImage:
    """The form in which the boot loader takes the kernel, and where it puts it in memory.

    Addresses are text such as "0x80060000"; an ELF file says them itself. "raw" is the kernel's own
    file: an Image of 64-bit ARM, or a zImage, whose load address is the start of the memory.
    ``alignment_bytes`` is that of the parts of a FIT image. ``bootargs`` is the property of /chosen
    that holds the command line. ``tree_variable`` is U-Boot's variable that says where it has the
    board's device tree, for a board whose kernel is made without one.
    """

    format: Format = field(validator=conforms("BootImage.format", _FORMAT))
    load: str | None = field(default=None, validator=optional(is_address))
    entry: str | None = field(default=None, validator=optional(is_address))
    alignment_bytes: int | None = None
    bootargs: str = "bootargs"
    tree_variable: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.format in {"fit", "uimage"} and (self.load is None or self.entry is None):
            raise ValueError(f"BootImage: the format {self.format} needs `load` and `entry`")


@frozen(kw_only=True, field_transformer=checked)
class Flash:
    """The part of the flash that holds kernel and root; ``address`` is the CPU's, as text.

    ``kernel_bytes`` is the room of the kernel, where the root has a fixed place behind it.
    ``root_device`` is root= from there, where the board's roots are elsewhere.
    """

    address: str = field(validator=is_address)
    size_bytes: int = field(validator=conforms("Flash.size_bytes", _BYTES))
    erase_block_bytes: int = field(validator=conforms("Flash.erase_block_bytes", _BYTES))
    kernel_bytes: int | None = field(
        default=None, validator=conforms("Flash.kernel_bytes", Optional(_BYTES))
    )
    root_device: str | None = field(
        default=None, validator=conforms("Flash.root_device", Optional(_WORD))
    )

    def __attrs_post_init__(self) -> None:
        if self.size_bytes % self.erase_block_bytes:
            what = f"{self.size_bytes} bytes are not whole erase blocks of"
            raise ValueError(f"Flash: {what} {self.erase_block_bytes}")
        if self.kernel_bytes is not None and self.kernel_bytes >= self.size_bytes:
            raise ValueError(f"Flash: the kernel's {self.kernel_bytes} bytes leave no room")


@frozen(kw_only=True, field_transformer=checked)
class Ubi:
    """UBI on a flash (mkfs.ubifs(8), ubinize(8)): its geometry, and the volume of the root.

    ``size_bytes`` is what the partition holds.
    """

    volume: str
    minimum_io_bytes: int = field(validator=conforms("Ubi.minimum_io_bytes", _BYTES))
    logical_erase_block_bytes: int = field(
        validator=conforms("Ubi.logical_erase_block_bytes", _BYTES)
    )
    physical_erase_block_bytes: int = field(
        validator=conforms("Ubi.physical_erase_block_bytes", _BYTES)
    )
    size_bytes: int = field(validator=conforms("Ubi.size_bytes", _BYTES))

    def __attrs_post_init__(self) -> None:
        if self.logical_erase_block_bytes >= self.physical_erase_block_bytes:
            raise ValueError("Ubi: a logical erase block is smaller than the physical one")


@frozen(kw_only=True, field_transformer=checked)
class Root:
    """Where a board keeps a root file system of one type, and what its kernel needs for that.

    ``device`` is root= of the kernel's command line; "mtd:NAME" is an MTD partition by its name.
    ``command_line`` are the words without which the device does not appear, ``symbols`` its
    drivers. JFFS2 has the erase block of its flash, ``erase_block_bytes``. ``size_bytes`` is all
    that the place holds; None where a disk is made to measure.

    In QEMU the root is on a disk of its own, or ``flash_offset_bytes`` into the second flash.
    """

    device: str = field(validator=conforms("Root.device", _WORD))
    command_line: tuple[str, ...] = field(
        default=(), validator=conforms("Root.command_line", _WORDS)
    )
    symbols: Mapping[str, str] = field(
        factory=dict[str, str], validator=conforms("Root.symbols", SYMBOLS)
    )
    erase_block_bytes: int | None = None
    size_bytes: int | None = None
    flash_offset_bytes: int | None = None


@frozen(kw_only=True)
class Device:
    """The facts of one board.

    ``description`` is a line; ``about`` is what an owner should know: the SoC, what works and
    what was never tried; ``install`` how an image gets onto the board. Both are Markdown.
    ``console`` is the kernel's name of the console's terminal. ``roots`` are the file systems that
    its root can be, by type (rootfstype=); the first is the one of a configuration that says
    nothing.
    ``network_interfaces`` builds the board's interfaces as services; ``services`` those that each
    of its images has, by name: what a boot loader waits for.
    ``boot_firmware`` are packages (packages/*-firmware) that its images start with, each with what
    is so without it: {"intel-ucode-firmware": "processors keep their microcode"}.
    ``attached`` are chips on PCI or USB that its kernel has to drive, ``undriven`` what it does
    not: a reason in a few words by the first `compatible` of nodes of the device tree.
    ``outputs`` are the images that make sense for it (outputs/), each with what
    only that image has to know of the board. When a board is loaded, ``images`` is filled in: what
    its images and its roots are, with all that they are made of; and ``folder``: where it is.
    """

    description: str = field(validator=conforms("description", Text(may_be_empty=True)))
    about: str = field(default="", validator=conforms("about", Lines()))
    install: str = field(default="", validator=conforms("install", Lines()))
    cross: CrossSystem = field(validator=conforms("cross", Instance(CrossSystem, "a CrossSystem")))
    kernel: KernelBuild = field(
        validator=conforms("kernel", Instance(KernelBuild, "a KernelBuild"))
    )
    console: str = field(validator=conforms("console", _TERMINAL))
    command_line: tuple[str, ...] = field(default=(), validator=conforms("command_line", _WORDS))
    roots: Mapping[str, Root] = field(validator=_has_roots)
    network_interfaces: _Builder = field(validator=_is_function("network_interfaces"))
    services: _Builder = field(default=_no_services, validator=_is_function("services"))
    qemu: Qemu | None = field(default=None, validator=conforms("qemu", _optional(Qemu, "a Qemu")))
    boot: BootImage | None = field(
        default=None, validator=conforms("boot", _optional(BootImage, "a BootImage"))
    )
    flash: Flash | None = field(
        default=None, validator=conforms("flash", _optional(Flash, "a Flash"))
    )
    ubi: Ubi | None = field(default=None, validator=conforms("ubi", _optional(Ubi, "a Ubi")))
    tftp: Tftp | None = field(default=None, validator=conforms("tftp", _optional(Tftp, "a Tftp")))
    attached: tuple[str, ...] = field(default=(), validator=conforms("attached", ListOf(CHIP)))
    undriven: Mapping[str, str] = field(
        factory=dict[str, str], validator=conforms("undriven", MappingOf(Text(), Text()))
    )
    boot_firmware: Mapping[str, str] = field(
        factory=dict[str, str], validator=conforms("boot_firmware", MappingOf(PACKAGE, Text()))
    )
    outputs: Mapping[str, Mapping[str, str | int]] = field(
        factory=lambda: dict[str, Mapping[str, "str | int"]]({"vmroot": {}}),
        validator=conforms("outputs", MappingOf(Text(), MappingOf(Text(), _Fact()))),
    )
    default_output: str = field(default="vmroot", validator=conforms("default_output", Text()))
    name: str = field(default="", kw_only=True)
    images: Mapping[str, Image] = field(factory=dict[str, "Image"], eq=False, repr=False)
    folder: Path | None = field(default=None, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        processor = _PROCESSORS[self.kernel.architecture]
        if not self.cross.config.startswith(processor):
            what = f"cross is for {self.cross.config}, and the kernel for"
            raise ValueError(f"{what} {self.kernel.architecture}: {processor}-...")

    @property
    def own_tree(self) -> Path | None:
        """The device tree in the board's folder, which takes the place of the kernel's."""
        tree = self.kernel.device_tree
        if tree is None or self.folder is None:
            return None
        file = self.folder / Path(tree).with_suffix(".dts").name
        return file if file.is_file() else None

    def traits(self, *root_types: str) -> tuple[str, ...]:
        """Return what says which images others take: types of root, and the form of the kernel."""
        return (*root_types, *([self.boot.format] if self.boot else []))

    @property
    def default_console(self) -> Literal["shell", "login"]:
        """What answers on its console: a shell where the board is in QEMU alone."""
        return "shell" if self.default_output == "vmroot" else "login"
