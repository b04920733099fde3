"""Kernel configuration symbols, kernel modules, and what a board says of its kernel."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import field, frozen

from liminix_gen.errors import Where
from liminix_gen.model.values import (
    Boolean,
    Instance,
    Integer,
    ListOf,
    MappingOf,
    OneOf,
    Optional,
    Text,
    checked,
    conforms,
    plain_integer,
    plain_text,
)

# As in a .config file, after the "=".
_WRITTEN = Text(
    pattern=r'[ymn]|-?[0-9]+|0x[0-9A-Fa-f]+|"(?:[^"\\]|\\.)*"',
    description="'y', 'm', 'n', a number, or text in double quotes",
)
# Kconfig reads numbers as long long, addresses as unsigned long.
_SYMBOL_NUMBER = Integer(-(2**63), 2**64 - 1)
_NUMBER = re.compile(r"-?[0-9]+|0x[0-9A-Fa-f]+")
SYMBOL = re.compile(r"[A-Z0-9_a-z]+")
_NAME = Text(
    pattern=rf"(?!CONFIG_)(?:{SYMBOL.pattern})", description="a kernel symbol without CONFIG_"
)
# Symbols as a service type or a board states them.
SYMBOLS = MappingOf(_NAME, _WRITTEN)
# modprobe(8): '-' and '_' are the same in a module's name.
_MODULE = Text(pattern=r"[A-Za-z0-9_-]+", description="a kernel module's name")


def symbol_value(value: object) -> str:
    """Return a symbol's value as the text after ``=`` in a .config file.

    'y', 'm' and 'n' are tristates, whole numbers and '0x...' are numbers, any other text becomes
    a quoted string (Documentation/kbuild/kconfig-language.rst of the kernel). Raises ValueError.
    """
    if isinstance(value, bool):
        return "y" if value else "n"
    number = plain_integer(value)
    if number is not None:
        return str(_SYMBOL_NUMBER.convert(number))
    if plain_text(value) is None:
        raise ValueError(f"must be 'y', 'm', 'n', a whole number or a line of text, not {value!r}")
    text = Text(may_be_empty=True).convert(value)
    if text in {"y", "m", "n"} or _NUMBER.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def symbol_meaning(value: str) -> str | int:
    """Return what a symbol's value stands for: 0x1b0, 0x01B0 and 432 are one number."""
    return int(value, 16 if "x" in value else 10) if _NUMBER.fullmatch(value) else value


@frozen
class KernelModule:
    """A kernel module by the name modprobe knows, and the symbols that make it."""

    name: str = field(validator=conforms("KernelModule.name", _MODULE))
    symbols: Mapping[str, str] = field(
        factory=dict[str, str], validator=conforms("KernelModule.symbols", SYMBOLS)
    )


MODULES = ListOf(Instance(KernelModule, "a KernelModule"))


@frozen(kw_only=True)
class KernelNeeds:
    """What the services of a type may need of a kernel, whatever their parameters.

    ``modules`` may be loaded and ``symbols`` built in. ``on_request`` are symbols that a kernel for
    every configuration of a board leaves out until a service asks for them, each with the reason:
    a risk, or what it costs. With ``from_parameters`` a service's parameters name more.
    """

    modules: tuple[KernelModule, ...] = field(
        default=(), validator=conforms("KernelNeeds.modules", MODULES)
    )
    symbols: Mapping[str, str] = field(
        factory=dict[str, str], validator=conforms("KernelNeeds.symbols", SYMBOLS)
    )
    on_request: Mapping[str, str] = field(
        factory=dict[str, str],
        validator=conforms("KernelNeeds.on_request", MappingOf(_NAME, Text())),
    )
    from_parameters: bool = field(
        default=False, validator=conforms("KernelNeeds.from_parameters", Boolean())
    )


# ARCH of the kernel, as far as templates/nix/lib/kernel has it.
ARCHITECTURE = OneOf("arm", "arm64", "mips", "x86")
_STEP = r"[A-Za-z0-9_+-][A-Za-z0-9_+.-]*"
_BUILT = Text(pattern=rf"(?:{_STEP}/)*{_STEP}", description="a path below the build tree")
_TREE = Text(
    pattern=rf"(?:{_STEP}/)*{_STEP}\.dtb",
    description='a device tree as the kernel\'s Makefiles name it, such as "mti/malta.dtb"',
)


@frozen(kw_only=True)
class Asked:
    """Who asked for something, and where they wrote it."""

    by: str
    where: Where | None = None

    def __str__(self) -> str:
        return f"{self.by} ({self.where})" if self.where else self.by


@frozen(kw_only=True, field_transformer=checked)
class OpenWrt:
    """OpenWrt's changes to a kernel.

    ``target`` is the folder below target/linux whose files and patches come after those of every
    target; its device trees join the kernel's own.
    """

    target: str


@frozen(kw_only=True, field_transformer=checked)
class KernelBuild:
    """How a board's kernel is made.

    ``source`` names one of the kernels that package sets have (``linuxSources`` of
    templates/nix/lib/interface.nix): "6.12", or with OpenWrt's changes "openwrt-25.12".
    ``image`` is both the make target and the path, below the build tree, of what boots.
    ``device_tree`` is the board's, as the kernel's Makefiles name it: "mediatek/mt7622-rfb1.dtb".
    The file mt7622-rfb1.dts in the board's folder, if it is there, takes the place of the kernel's.
    """

    architecture: str = field(validator=conforms("KernelBuild.architecture", ARCHITECTURE))
    image: str = field(validator=conforms("KernelBuild.image", _BUILT))
    source: str = "6.12"
    openwrt: OpenWrt | None = field(
        default=None,
        validator=conforms("KernelBuild.openwrt", Optional(Instance(OpenWrt, "an OpenWrt"))),
    )
    device_tree: str | None = field(
        default=None, validator=conforms("KernelBuild.device_tree", Optional(_TREE))
    )
    symbols: Mapping[str, str] = field(
        factory=dict[str, str], validator=conforms("KernelBuild.symbols", SYMBOLS)
    )

    def __attrs_post_init__(self) -> None:
        if self.source.startswith("openwrt-") != (self.openwrt is not None):
            raise ValueError(f"KernelBuild: source {self.source!r} and `openwrt` go together")
