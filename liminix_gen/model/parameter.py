"""Parameters of a service type: the one declaration from which checks and manual come."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TypeVar, cast

import attrs
from attrs import frozen

from liminix_gen.model.values import (
    REQUIRED,
    Required,
    Text,
    ValueType,
    converted,
    converted_default,
    is_type,
)

T = TypeVar("T")

_KEY = "liminix_gen.parameter"


@frozen(kw_only=True)
class Parameter:
    """A parameter as the manual shows it.

    ``inert`` says why changing the parameter changes no derivation, if that is so.
    """

    name: str
    type: ValueType[object]
    description: str
    default: object
    example: object
    inert: str

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is REQUIRED


def parameter(
    type: ValueType[T],  # noqa: A002  the field's own word
    description: str,
    *,
    default: T | Required = REQUIRED,
    example: object,
    inert: str = "",
) -> T:
    """Declare a parameter of a service type; use as the value of a class attribute."""
    is_type("the type of a parameter")(None, None, type)
    converted("the description of a parameter", Text(), description)
    kept = converted_default(type, default)
    field = attrs.field(
        default=attrs.NOTHING if kept is REQUIRED else kept,
        metadata={_KEY: (type, description, kept, example, inert)},
    )
    return cast("T", field)


def parameters_of(cls: type) -> tuple[Parameter, ...]:
    """Return the parameters that an attrs class declares, in the order of its text."""
    return _parameters(cls)


def undeclared(cls: type, base: type) -> tuple[str, ...]:
    """Return the annotated attributes of an attrs class, beyond its base, that are no parameter."""
    own = {attribute.name for attribute in attrs.fields(base)}
    declared = {one.name for one in parameters_of(cls)}
    names = (attribute.name for attribute in attrs.fields(cls))
    return tuple(name for name in names if name not in own | declared)


@cache
def _parameters(cls: type) -> tuple[Parameter, ...]:
    return tuple(_declared(cls))


def _declared(cls: type) -> Iterator[Parameter]:
    for attribute in attrs.fields(cls):
        if _KEY in attribute.metadata:
            value_type, description, default, example, inert = attribute.metadata[_KEY]
            yield Parameter(
                name=attribute.name,
                type=value_type,
                description=description,
                default=default,
                example=example,
                inert=inert,
            )
