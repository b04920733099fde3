"""Examples of parameters, as Python: where a parameter takes a service, the name of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from json import dumps
from textwrap import indent
from typing import cast

from liminix_gen.errors import Where, suggestion
from liminix_gen.model.invalid import invalid_service
from liminix_gen.model.parameter import Parameter
from liminix_gen.model.reference import Secret
from liminix_gen.model.service import OrOutput, ServiceWith
from liminix_gen.model.values import (
    Boolean,
    ListOf,
    MappingOf,
    OneOf,
    Optional,
    Record,
    Several,
    Short,
    ValueType,
)

# A longer one would hide what is wrong.
_LONGEST_HINT = 80


class Name(str):
    """A name of a service, which stands without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str.__str__(self)


def parameter_example(parameter: Parameter) -> str:
    """Return the example of a parameter, as Python."""
    return written(named(parameter.type, parameter.example))


def written(value: object, width: int = 80) -> str:
    """Return a value as Python, in the form that its formatters give it."""
    if isinstance(value, str) and not isinstance(value, Name):
        if "\n" in value:
            return f'"""{value}"""'
        return dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        words = [f"{dumps(key)}: {written(one, width - 4)}" for key, one in entries.items()]
        return inside("{", words, "}", width)
    if isinstance(value, list | tuple):
        elements = cast("Iterable[object]", value)
        return inside("[", [written(one, width - 4) for one in elements], "]", width)
    return repr(value)


def inside(begin: str, words: Iterable[str], end: str, width: int) -> str:
    """Return words between brackets, on one line or on one each."""
    line = ", ".join(words)
    if len(line) <= width - 20 and "\n" not in line:
        return f"{begin}{line}{end}"
    # A text of several lines would be changed by spaces before them.
    inner = "".join(
        f"    {word},\n" if '"""' in word else indent(f"{word},\n", "    ") for word in words
    )
    return f"{begin}\n{inner}{end}"


def refuse_wrong_example(parameter: Parameter, where: Where) -> None:
    """Raise ValueError if the example of a parameter is not of its type, whatever its names are."""

    def stand_in(type_: ValueType[object], name: str) -> object:
        service = invalid_service(where)
        return service.output(name) if isinstance(type_, Secret) else service

    parameter.type.convert(_filled(parameter.type, parameter.example, stand_in))


def named(type_: ValueType[object], value: object) -> object:
    """Return an example with names in it where its type takes services."""
    return _filled(type_, value, lambda _type, name: Name(name))


def _filled(
    type_: ValueType[object], value: object, of_name: Callable[[ValueType[object], str], object]
) -> object:
    """Return an example with something else for each name of a service, or of a secret."""
    elements, entries = _elements(value), _entries(value)

    def within(inner: object, one: object) -> object:
        return _filled(cast("ValueType[object]", inner), one, of_name)

    match type_:
        case ServiceWith() | Secret() if isinstance(value, str):
            return of_name(type_, value)
        case Optional() | OrOutput():
            return within(cast("object", type_.inner), value)
        case Several() if elements is None:
            return within(cast("object", type_.inner), value)
        case ListOf() | Several() if elements is not None:
            return [within(cast("object", type_.inner), one) for one in elements]
        case MappingOf() if entries is not None:
            return {key: within(cast("object", type_.inner), one) for key, one in entries.items()}
        case Short() if entries is None:
            return within(type_.inner.fields[type_.key].type, value)
        case Short() | Record() if entries is not None:
            fields = (type_.inner if isinstance(type_, Short) else type_).fields
            return {
                key: within(fields[key].type, one) if key in fields else one
                for key, one in entries.items()
            }
        case _:
            return value


def _elements(value: object) -> Iterable[object] | None:
    return cast("Iterable[object]", value) if isinstance(value, list | tuple) else None


def _entries(value: object) -> Mapping[str, object] | None:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else None


def names(value: object) -> Iterator[str]:
    """Yield the names of services in an example."""
    if isinstance(value, Name):
        yield value
    elif isinstance(value, Mapping):
        yield from names(list(cast("Mapping[str, object]", value).values()))
    elif not isinstance(value, str | int | float | None):
        for one in cast("Iterable[object]", value):
            yield from names(one)


def hint_of(parameter: Parameter, value: object) -> str:
    """Return what helps with a wrong value: the word that was meant, or a value that is right."""
    return hint(parameter.type, value, parameter.example)


def hint(type_: ValueType[object], value: object, example: object) -> str:
    """Return what helps with a wrong value of a type of which there is an example.

    What the message lists by itself needs none.
    """
    if isinstance(type_, Optional):
        return hint(cast("ValueType[object]", type_.inner), value, example)
    if isinstance(type_, OneOf):
        return suggestion(value, type_.words) if isinstance(value, str) else ""
    shown = named(type_, example)
    text = written(shown)
    if isinstance(type_, Boolean) or "\n" in text or len(text) > _LONGEST_HINT:
        return ""
    return "" if any(names(shown)) else f"for example {text}"
