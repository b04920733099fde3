"""Every service type with its examples, some of them changed: a plan, or a mistake."""

from __future__ import annotations

from contextlib import suppress
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, cast

from liminix_gen.catalog import Catalog
from liminix_gen.errors import ConfigurationError
from liminix_gen.model.parameter import parameters_of
from liminix_gen.nix.render import render
from liminix_gen.nixpkgs.package_set import NIXPKGS
from liminix_gen.plan import plan
from tests.fuzz.mutation import change_value
from tests.fuzz.test_configurations import Parsed
from tests.support.carried import emission
from tests.support.services import Bench

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from liminix_gen.model.parameter import Parameter
    from tests.fuzz.ground import Fuzz

TYPES = tuple(name for name in sorted(Catalog.of().service_types) if not name.startswith("base."))
# How likely a parameter is given, changed, and written in other classes.
GIVEN, CHANGED, DISGUISED = 0.4, 0.25, 0.1


def disguised(value: object) -> object:
    """Return a value whose numbers and texts are those of enumerations, which print another way."""
    match value:
        case bool():
            return value
        case int():
            return IntEnum("Number", {"IT": value}).IT
        case str():
            return StrEnum("Word", {"IT": value}).IT
        case dict():
            entries = cast("dict[str, object]", value)
            return {key: disguised(element) for key, element in entries.items()}
        case tuple() | list():
            return [disguised(element) for element in cast("list[object]", value)]
        case _:
            return value


def argument(random: Random, bench: Bench, parameter: Parameter) -> object:
    """Return a parameter's example with services in it, perhaps not what the type wants."""
    example = parameter.example
    if random.random() < CHANGED:
        example = change_value(random, example, most=2)
    # If the form is another one, no services can be put in its place.
    with suppress(AttributeError, KeyError, TypeError):
        example = bench.example(parameter.type, example)
    return disguised(example) if random.random() < DISGUISED else example


def test_service_types(fuzz: Fuzz, tmp_path: Path) -> None:
    """What parameters say together is refused, or is a plan whose tree Nix parses.

    Faults that it finds: a plan of what was refused, where `parts` and `needs` met what they are
    not made for; an IntEnum or StrEnum in the tree.
    """
    parsed = Parsed(tmp_path)

    def one(random: Random) -> bool:
        type_ = random.choice(TYPES)
        bench = Bench(type_)
        bench.one_for_each_name = random.random() < 0.7
        arguments = {
            one.name: argument(random, bench, one)
            for one in parameters_of(bench.system.catalog.service_type(type_))
            if one.required or random.random() < GIVEN
        }
        service = bench.build(type_, **arguments)
        try:
            if bench.messages:
                bench.system.services["it"] = service
            else:
                bench.put(service)
            made = plan(bench.system, NIXPKGS)
        except ConfigurationError as error:
            str(error).encode(errors="backslashreplace")
            return False
        parsed.add(render(emission(made, tmp_path / "router.py")))
        return True

    fuzz.each(one, short=400)
    parsed.parse()
