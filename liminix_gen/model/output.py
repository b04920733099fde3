"""Images: what an output.py below outputs/ states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from attrs import field, frozen

from liminix_gen.errors import suggestion
from liminix_gen.model.kernel import SYMBOLS
from liminix_gen.model.root import ROOT_SYMBOLS
from liminix_gen.model.values import (
    Boolean,
    Instance,
    Lines,
    ListOf,
    MappingOf,
    OneOf,
    Optional,
    Text,
    ValueType,
    conforms,
    is_type,
)

if TYPE_CHECKING:
    from liminix_gen.model.device import Device

Part = Literal["boot", "flash", "tftp", "ubi"]
_PARTS = cast("ValueType[Part]", OneOf("boot", "flash", "tftp", "ubi"))
_NAMES = ListOf(Text(pattern=r"[A-Za-z0-9][A-Za-z0-9_+.-]*", description="a name"))
_TYPES = Optional(ListOf(OneOf(*ROOT_SYMBOLS)))


@frozen(kw_only=True)
class Fact:
    """What one image alone has to know of a board: a number or a line of text."""

    type: ValueType[int] | ValueType[str] = field(validator=is_type("Fact.type"))
    description: str = field(validator=conforms("Fact.description", Text()))
    required: bool = field(default=True, validator=conforms("Fact.required", Boolean()))


@frozen(kw_only=True)
class Image:
    """An image that can be built; output.nix, beside the file that states this, makes it.

    ``help`` is what it is, as Markdown. ``roots`` are the types of root file system that it can
    hold (None: each). ``made_of`` are other images that its output.nix takes, ``made_for`` further
    ones that it takes for a type of root file system or a form of the kernel (BootImage.format).
    ``tools`` are those of the build machine that it uses itself, by nixpkgs name. Without the
    kernel's ``symbols`` it does not boot. With ``makes_state`` it has a partition for what is kept
    across boots, with the label that ``config.state`` says. A board has to state its ``parts``;
    ``facts`` are what it says for this image alone (``Device.outputs``), by the names that
    output.nix has for them.
    """

    help: str = field(validator=conforms("help", Lines()))
    roots: tuple[str, ...] | None = field(default=None, validator=conforms("roots", _TYPES))
    made_of: tuple[str, ...] = field(default=(), validator=conforms("made_of", _NAMES))
    made_for: Mapping[str, tuple[str, ...]] = field(
        factory=dict[str, "tuple[str, ...]"],
        validator=conforms("made_for", MappingOf(Text(), _NAMES)),
    )
    tools: tuple[str, ...] = field(default=(), validator=conforms("tools", _NAMES))
    symbols: Mapping[str, str] = field(
        factory=dict[str, str], validator=conforms("symbols", SYMBOLS)
    )
    makes_state: bool = field(default=False, validator=conforms("makes_state", Boolean()))
    parts: tuple[Part, ...] = field(default=(), validator=conforms("parts", ListOf(_PARTS)))
    facts: Mapping[str, Fact] = field(
        factory=dict[str, Fact],
        validator=conforms("facts", MappingOf(Text(), Instance(Fact, "a Fact"))),
    )
    name: str = field(default="", kw_only=True)
    folder: Path = field(default=Path(), kw_only=True)

    def taken(self, traits: Iterable[str]) -> tuple[str, ...]:
        """Return the images that it takes, for types of root and a form of the kernel."""
        return (*self.made_of, *(name for one in traits for name in self.made_for.get(one, ())))

    def can_hold(self, root_type: str) -> bool:
        """Say whether it can hold a root file system of a type."""
        return self.roots is None or root_type in self.roots


def whole(
    names: Iterable[str], traits: Iterable[str], image_of: Callable[[str], Image]
) -> dict[str, Image]:
    """Return images and all that they are made of for these traits, by name."""
    traits = tuple(traits)
    found: dict[str, Image] = {}
    todo = list(names)
    while todo:
        if (name := todo.pop()) not in found:
            found[name] = image_of(name)
            todo += found[name].taken(traits)
    return dict(sorted(found.items()))


def roots_of(device: Device, output: str) -> tuple[str, ...]:
    """Return the types of root of a board that an image can hold, and all that it is made of."""

    def made(root_type: str) -> Iterable[Image]:
        return whole([output], device.traits(root_type), device.images.__getitem__).values()

    return tuple(
        root_type
        for root_type in device.roots
        if all(image.can_hold(root_type) for image in made(root_type))
    )


def choice(names: Iterable[str]) -> str:
    """Return "there are a, b"."""
    return f"there are {', '.join(sorted(names)) or 'none'}"


def mistakes(device: Device) -> Iterator[tuple[str, str, str]]:
    """Yield what a board says otherwise than its images ask: the word, what is wrong, a hint."""
    for output, given in device.outputs.items():
        facts = device.images[output].facts
        if not roots_of(device, output):
            what = f"the output {output} cannot hold a root of the board"
            yield output, what, f"its roots are {', '.join(device.roots)}"
        for name in sorted(given.keys() - facts.keys()):
            hint = suggestion(name, facts) or choice(facts)
            yield name, f"the output {output} takes no {name!r}", hint
        for name, fact in sorted(facts.items()):
            meaning = f"{name} is {fact.description}"
            if name in given:
                try:
                    fact.type.convert(given[name])
                except ValueError as error:
                    yield name, f"{name} of the output {output} {error}", meaning
            elif fact.required:
                yield output, f"the output {output} lacks {name!r}", meaning
        made = whole([output], device.traits(), device.images.__getitem__)
        for part in sorted({part for one in made.values() for part in one.parts}):
            if getattr(device, part) is None:
                yield output, f"the output {output} needs the board's {part!r}", ""
