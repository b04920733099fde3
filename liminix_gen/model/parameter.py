"""Parameters of a service type: the one declaration from which checks and manual come."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import MappingProxyType
from typing import TypeVar, cast

import attrs
from attrs import frozen

from liminix_gen.model.values import ValueType

T = TypeVar("T")

_KEY = "liminix_gen.parameter"


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required()


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
    default: T | _Required = REQUIRED,
    example: object,
    inert: str = "",
) -> T:
    """Declare a parameter of a service type; use as the value of a class attribute."""
    if not isinstance(cast("object", type), ValueType):
        what = "the type of a parameter must be one of liminix_gen.values"
        raise ValueError(f"{what}, not {type!r}")
    # All services of the type have this one object.
    kept: object = default
    if isinstance(default, dict):
        kept = MappingProxyType(cast("dict[object, object]", default))
    field = attrs.field(
        default=attrs.NOTHING if default is REQUIRED else kept,
        metadata={_KEY: (type, description, default, example, inert)},
    )
    return cast("T", field)


def parameters_of(cls: type) -> tuple[Parameter, ...]:
    """Return the parameters that an attrs class declares, in the order of its text."""
    return _parameters(cls)


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
