"""Types of values as Python writes them, for editors and type checkers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast, get_args, get_origin

from attrs import field, frozen

from liminix_gen.model import values
from liminix_gen.model.options import BuiltService
from liminix_gen.model.reference import Secret
from liminix_gen.model.service import OrOutput, ServiceWith
from liminix_gen.model.values import (
    Instance,
    ListOf,
    MappingOf,
    OneOf,
    Optional,
    Record,
    Several,
    Short,
    ValueType,
)

_SIMPLE: tuple[type[object], ...] = (str, int, float, bool)


def literal(words: Iterable[str]) -> str:
    """Return the type of these words; of none it is Never."""
    listed = ", ".join(f'"{word}"' for word in words)
    return f"Literal[{listed}]" if listed else "Never"


@frozen
class Annotations:
    """Types as Python writes them, with the dictionaries of fixed keys that they need.

    ``records`` has the keys of each by its name, ``names`` the name of each.
    """

    records: dict[str, Record] = field(factory=dict[str, Record])
    _names: dict[int, str] = field(factory=dict[int, str])

    def of(self, type_: ValueType[object], name: str) -> str:
        """Return what a parameter of that type takes; ``name`` is for a record in it."""
        match type_:
            case ListOf() | Several() | MappingOf() | Optional() | OrOutput():
                inner = self.of(cast("ValueType[object]", type_.inner), name)
                return self._around(cast("ValueType[object]", type_), inner, name)
            case Short():
                fields = type_.inner.fields
                return (
                    f"{self.of(fields[type_.key].type, name)} | {self._record(type_.inner, name)}"
                )
            case Record():
                return self._record(type_, name)
            case OneOf():
                return literal(type_.words)
            case ServiceWith():
                return f"ServiceWith[{literal(type_.outputs)}]"
            case BuiltService():
                return "Service"
            case Secret():
                return "OutputReference"
            case Instance():
                return type_.cls.__name__
            case _:
                return " | ".join(_name(one) for one in taken(type_))

    def _around(self, type_: ValueType[object], inner: str, name: str) -> str:
        """Return the type of what holds values of an inner one."""
        match type_:
            case ListOf():
                return f"Listed[{inner}]"
            case Several():
                return f"{inner} | Listed[{inner}]"
            case MappingOf():
                # A Mapping of str or int would be none of str.
                keys = "str" if self.of(type_.keys, name) == "str" else "Any"
                return f"Mapping[{keys}, {inner}]"
            case OrOutput():
                return f"{inner} | OutputReference"
            case _:
                return f"{inner} | None"

    def _record(self, record: Record, name: str) -> str:
        if id(record) not in self._names:
            while name in self.records:
                name += "_"
            self._names[id(record)] = name
            self.records[name] = record
        return self._names[id(record)]


def taken(type_: ValueType[object]) -> tuple[type[object], ...]:
    """Return the classes of what a type takes that holds no values of other types."""
    return type_.TAKES or _converted(type(type_))


def _converted(cls: type[object]) -> tuple[type[object], ...]:
    """Return what a type of an author's own converts to, if that is simple."""
    for one in cls.__mro__:
        for base in cast("tuple[object, ...]", vars(one).get("__orig_bases__", ())):
            if get_origin(base) is ValueType:
                (converted,) = get_args(base)
                if converted in _SIMPLE:
                    return (cast("type[object]", converted),)
    return (object,)


def _name(cls: type[object]) -> str:
    return cls.__name__ if cls in (*_SIMPLE, *values.IPNetwork.TAKES) else "object"
