"""An example of each service type: a whole configuration, from the examples of its parameters.

Where a parameter takes a service, its example is the name of one; ``NAMES`` has what each is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from json import dumps
from textwrap import indent
from typing import cast

from liminix_gen.model.parameter import Parameter, parameters_of
from liminix_gen.model.reference import Secret
from liminix_gen.model.service import OrOutput, Service, ServiceWith
from liminix_gen.model.values import ListOf, MappingOf, Optional, Record, Several, Short, ValueType

_PORTS = "config.hardware.network_interfaces"
# What a name in the example of a parameter stands for, and the names that are needed before it.
NAMES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "link": (f'{_PORTS}["lan"]', ()),
    "lan": (
        """service.network.address.build(
    interface=link, family="inet", address="192.168.19.1", prefix_length=24
)""",
        ("link",),
    ),
    "lan0": (f'{_PORTS}["lan"]', ()),
    "lan1": (f'{_PORTS}["wan"]', ()),
    "uplink": (f'{_PORTS}["wan"]', ()),
    "wan": ("service.network.dhcp.client.build(interface=uplink)", ("uplink",)),
    "wan6": (
        "service.dhcp6.client.build(interface=service.ipv6.autoconfig.build(interface=uplink))",
        ("uplink",),
    ),
    "bridge": ('service.bridge.primary.build(ifname="int")', ()),
    "office": ('service.vlan.build(ifname="office", primary=link, vid=30)', ("link",)),
    "guest": ('service.vlan.build(ifname="guest", primary=link, vid=20)', ("link",)),
    "password": ('service.secret.file.build(path="/state/secrets/ppp").output("value")', ()),
    "key": ("service.secret.key.build()", ()),
}


class _Name(str):
    """A name of NAMES, which stands without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str.__str__(self)


def example(name: str, cls: type[Service], *also: str) -> str:
    """Return a configuration with one service of a type; of one that every router has, nothing.

    It shows the parameters that the type itself shows, and ``also``.
    """
    if cls.EXAMPLE is None:
        return ""
    shown = {
        one.name: _named(one.type, one.example)
        for one in parameters_of(cls)
        if one.required or one.name in {*cls.EXAMPLE.parameters, *also}
    }
    key = name.rpartition(".")[2]
    words = [f"{name}={_written(value)}" for name, value in shown.items()]
    given = {line.partition(" = ")[0] for line in cls.EXAMPLE.before}
    needed = [word for word in _needed(shown.values()) if word not in given]
    lines = [
        "from liminix_gen import System",
        "",
        f'config = System(device="{cls.EXAMPLE.device}")',
        "service = config.service",
        *cls.EXAMPLE.before,
        *(f"{word} = {_meaning(word)[0]}" for word in needed),
        "",
        f'config.services["{key}"] = service.{name}.build{_inside("(", words, ")", 62)}',
    ]
    return "\n".join(lines) + "\n"


def parameter_example(parameter: Parameter) -> str:
    """Return the example of a parameter, as Python."""
    return _written(_named(parameter.type, parameter.example))


def _written(value: object, width: int = 80) -> str:
    """Return a value as Python, in the form that its formatters give it."""
    if isinstance(value, str) and not isinstance(value, _Name):
        if "\n" in value:
            return f'"""{value}"""'
        return dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        words = [f"{dumps(key)}: {_written(one, width - 4)}" for key, one in entries.items()]
        return _inside("{", words, "}", width)
    if isinstance(value, list | tuple):
        elements = cast("Iterable[object]", value)
        return _inside("[", [_written(one, width - 4) for one in elements], "]", width)
    return repr(value)


def _inside(begin: str, words: Iterable[str], end: str, width: int) -> str:
    line = ", ".join(words)
    if len(line) <= width - 20 and "\n" not in line:
        return f"{begin}{line}{end}"
    # A text of several lines would be changed by spaces before them.
    inner = "".join(
        f"    {word},\n" if '"""' in word else indent(f"{word},\n", "    ") for word in words
    )
    return f"{begin}\n{inner}{end}"


def _named(type_: ValueType[object], value: object) -> object:
    """Return an example with names in it where its type takes services."""
    elements, entries = _elements(value), _entries(value)
    match type_:
        case ServiceWith() | Secret() if isinstance(value, str):
            return _Name(value)
        case Optional() | OrOutput():
            return _named(cast("ValueType[object]", type_.inner), value)
        case Several() if elements is None:
            return _named(cast("ValueType[object]", type_.inner), value)
        case ListOf() | Several() if elements is not None:
            inner = cast("ValueType[object]", type_.inner)
            return [_named(inner, one) for one in elements]
        case MappingOf() if entries is not None:
            inner = cast("ValueType[object]", type_.inner)
            return {key: _named(inner, one) for key, one in entries.items()}
        case Short() if entries is None:
            return _named(type_.inner.fields[type_.key].type, value)
        case Short() | Record() if entries is not None:
            record = type_.inner if isinstance(type_, Short) else type_
            return {key: _named(record.fields[key].type, one) for key, one in entries.items()}
        case _:
            return value


def _elements(value: object) -> Iterable[object] | None:
    return cast("Iterable[object]", value) if isinstance(value, list | tuple) else None


def _entries(value: object) -> Mapping[str, object] | None:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else None


def _meaning(name: str) -> tuple[str, tuple[str, ...]]:
    """Return what a name stands for; one that is not known is an interface."""
    return NAMES.get(name, NAMES["link"])


def _needed(values: Iterable[object]) -> Iterator[str]:
    """Yield the names in examples, each behind those that it needs."""
    found: dict[str, None] = {}

    def add(name: str) -> None:
        for other in _meaning(name)[1]:
            add(other)
        found.setdefault(name)

    for name in _names(values):
        add(name)
    yield from found


def _names(value: object) -> Iterator[str]:
    if isinstance(value, _Name):
        yield value
    elif isinstance(value, Mapping):
        yield from _names(list(cast("Mapping[str, object]", value).values()))
    elif not isinstance(value, str | int | float | None):
        for one in cast("Iterable[object]", value):
            yield from _names(one)
