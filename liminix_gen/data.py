"""A configuration as data: a JSON file in the place of a Python one, for programs that write it.

docs/formats.md describes the form, and `liminix-gen docs --schemas` writes its JSON Schema.
"""

from __future__ import annotations

import json
import json.decoder
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn, cast

from attrs import evolve, field, fields, frozen

from liminix_gen.catalog import Catalog
from liminix_gen.config import System, as_configuration, refuse_partial
from liminix_gen.errors import ConfigurationError, Problem, Where, suggestion
from liminix_gen.graph import Graph
from liminix_gen.model import options
from liminix_gen.model.image import File, Group, RuntimePath, User, directory, link, text_file
from liminix_gen.model.invalid import invalid_service
from liminix_gen.model.service import Service
from liminix_gen.recording import Call, Table, standing_at

SERVICE, INTERFACE, OUTPUT, PATH = "$service", "$interface", "$output", "$path"
_SETTINGS = tuple(one.name for one in options.settings())
_TABLES: Mapping[str, Callable[[System], Table[object]]] = {
    "users": lambda system: cast("Table[object]", system.users),
    "groups": lambda system: cast("Table[object]", system.groups),
    "files": lambda system: cast("Table[object]", system.files),
    "sysctl": lambda system: cast("Table[object]", system.sysctl),
    "hosts": lambda system: cast("Table[object]", system.hosts),
}
_GIVEN = ("device", "hostname")
KEYS = ("$schema", *_GIVEN, "services", "others", "kernel", *_SETTINGS, *_TABLES)


@frozen
class Place(Where):
    """A line of a JSON file, with what leads there in it: ``$.services.lan``."""

    pointer: str = "$"

    def __str__(self) -> str:
        return f"{self.path}:{self.line} ({self.pointer})"


@frozen(kw_only=True)
class Node:
    """A value of a JSON file, and where it is; objects and arrays hold nodes."""

    value: object
    place: Place

    @property
    def fields(self) -> Mapping[str, Node]:
        """What an object holds, by name."""
        return cast("Mapping[str, Node]", self.value) if isinstance(self.value, dict) else {}

    def at(self, *keys: str | int) -> Node:
        """Return what keys lead to, as far as it is there."""
        node = self
        for key in keys:
            match node.value:
                case dict() if key in node.fields:
                    node = node.fields[str(key)]
                case list() if isinstance(key, int):
                    node = cast("list[Node]", node.value)[key]
                case _:
                    break
        return node


@frozen(eq=False)
class _Written(Call):
    """What an object says, in the place of a call with its fields as arguments."""

    node: Node = field(kw_only=True)

    @classmethod
    def by(cls, node: Node) -> _Written:
        """Return that of an object."""
        return cls(node.place, node=node)

    def line_of(self, argument: str, *keys: str | int, position: int | None = None) -> Where:
        """Return the place of a field, or of what keys lead to in it."""
        del position
        return self.node.at(argument, *keys).place


class _Refusal(Exception):  # noqa: N818  it goes no further than this file
    """What is wrong at a place."""

    def __init__(self, place: Place, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.problem = Problem(place, what, hint=hint)


def read(path: Path, catalog: Catalog) -> System:
    """Read a file and return the system that it describes, as `config.read` does."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        raise ConfigurationError(Problem(str(path), str(what))) from None
    try:
        node = parsed(text, path)
    except _Refusal as refusal:
        raise ConfigurationError(refusal.problem) from None
    if not isinstance(node.value, dict):
        raise ConfigurationError(Problem(node.place, "a configuration must be an object"))
    with as_configuration(catalog), standing_at(_Written.by(node)):
        return _Reader.of(node).system


# --- the file ---


# The parts of Python's own parser that call back for what is inside: they have no types.
_Parse = Callable[..., tuple[object, int]]
_PARSE_OBJECT = cast("_Parse", vars(json.decoder)["JSONObject"])
_PARSE_ARRAY = cast("_Parse", vars(json.decoder)["JSONArray"])
# What a configuration needs is a fraction of it; far more is as deep as Python's stack.
_DEEPEST = 64
# int() takes 4,300.
_MOST_DIGITS = 1000


@frozen
class _Raw:
    """A value, and where its text begins."""

    value: object
    start: int


@frozen
class _NoNumber:
    """Stands for a number that nobody can use."""

    what: str


def _whole(digits: str) -> int | _NoNumber:
    if len(digits) > _MOST_DIGITS:
        return _NoNumber(f"a number of {len(digits)} digits is too long")
    return int(digits)


def _decimal(digits: str) -> float | _NoNumber:
    number = float(digits)
    shown = digits if len(digits) < _DEEPEST else f"{digits[:_DEEPEST]}..."
    return number if isfinite(number) else _NoNumber(f"the number {shown} is too large")


def _word(word: str) -> _NoNumber:
    return _NoNumber(f"is not JSON: {word} is not a number of it")


_PARSE_PLAIN = cast(
    "_Parse",
    vars(json.JSONDecoder(parse_int=_whole, parse_float=_decimal, parse_constant=_word))[
        "scan_once"
    ],
)


def parsed(text: str, path: Path) -> Node:
    """Parse a file, with the line of each value."""
    depth = 0

    def scan(text: str, start: int) -> tuple[_Raw, int]:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            refuse("is nested too deeply", start)
        found = inside(text, start)
        depth -= 1
        return found

    def inside(text: str, start: int) -> tuple[_Raw, int]:
        first = text[start : start + 1]
        if first == "{":
            value, end = _PARSE_OBJECT((text, start + 1), True, scan, None, list, {})
            return _Raw(value, start), end
        if first == "[":
            value, end = _PARSE_ARRAY((text, start + 1), scan)
            return _Raw(value, start), end
        value, end = _PARSE_PLAIN(text, start)
        return _Raw(value, start), end

    ends = [match.start() for match in re.finditer("\n", text)]

    def line_at(index: int) -> int:
        return bisect_left(ends, index) + 1

    def refuse(message: str, at: int) -> NoReturn:
        raise _Refusal(Place(path, line_at(at)), message)

    start = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        raw, end = scan(text, start)
    except StopIteration as stop:
        refuse("is not JSON: a value is missing", cast("int", stop.value))
    except json.JSONDecodeError as error:
        refuse(f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}", error.pos)
    if text[end:].strip(" \t\r\n"):
        refuse("is not JSON: there is more after its end", end)

    def node(raw: _Raw, pointer: str) -> Node:
        place = Place(path, line_at(raw.start), pointer=pointer)
        value = raw.value
        if isinstance(value, _NoNumber):
            raise _Refusal(place, value.what)
        if isinstance(value, list) and text[raw.start] == "{":
            fields: dict[str, Node] = {}
            for name, inner in cast("list[tuple[str, _Raw]]", value):
                below = node(inner, f"{pointer}.{name}")
                if name in fields:
                    raise _Refusal(below.place, "is there twice")
                fields[name] = below
            return Node(value=fields, place=place)
        if isinstance(value, list):
            elements = enumerate(cast("list[_Raw]", value))
            value = [node(inner, f"{pointer}[{number}]") for number, inner in elements]
        return Node(value=value, place=place)

    return node(raw, "$")


# --- what it says ---


@frozen
class _Reader:
    """Makes a system of a file: a service after those that it refers to."""

    file: Node
    system: System
    _made: dict[str, Service] = field(factory=dict[str, Service])
    _services: Graph[str] = field(factory=Graph[str])

    @classmethod
    def of(cls, file: Node) -> _Reader:
        """Read the whole of a file."""
        given = {name: _plain(file.fields[name]) for name in _GIVEN if name in file.fields}
        device = given.pop("device", None)
        system = System(None if device is None else str(device), **cast("dict[str, Any]", given))
        reader = cls(file, system)
        reader._object(file, "a configuration", KEYS)
        reader._fill()
        refuse_partial(system)
        return reader

    def _fill(self) -> None:
        described = {**self._named("services")}
        for name, node in self._named("others").items():
            if described.setdefault(name, node) is not node:
                what, hint = f"{name!r} is one of `services` too", "give one of them another name"
                self._note(node, what, hint)
        for name, node in described.items():
            self._services.add(name, _referred_in(node) & described.keys())
        # Those in a circle come last, and refer to what is not there yet.
        for name in dict.fromkeys((*self._services.order(), *described)):
            with standing_at(_Written.by(described[name])):
                self._made[name] = self._built(name, described[name])
        for name, node in self._named("services").items():
            with standing_at(_Written.by(node)):
                self.system.services[name] = self._made[name]
        for name in _SETTINGS:
            if name in self.file.fields:
                self._set(self.system, name, self.file.fields[name])
        kernel = self.file.at("kernel")
        if kernel is not self.file:
            self._object(kernel, "kernel", ("config", "modules"))
            if "modules" in kernel.fields:
                self._set(self.system.kernel, "modules", kernel.fields["modules"])
            for name, node in self._entries(kernel, "config"):
                self._put(cast("Table[object]", self.system.kernel.config), name, node)
        for table, of in _TABLES.items():
            for name, node in self._entries(self.file, table):
                self._put(of(self.system), name, node, _MADE.get(table))

    def _named(self, table: str) -> Mapping[str, Node]:
        return dict(self._entries(self.file, table))

    def _entries(self, node: Node, table: str) -> Iterator[tuple[str, Node]]:
        found = node.fields.get(table)
        if found is None:
            return
        if not isinstance(found.value, dict):
            self._note(found, f"{table} must be an object")
            return
        yield from found.fields.items()

    def _set(self, of: object, name: str, node: Node) -> None:
        with standing_at(_Written.by(node)):
            setattr(of, name, self._value(node))

    def _put(
        self,
        table: Table[object],
        name: str,
        node: Node,
        made: _Made | None = None,
    ) -> None:
        with standing_at(_Written.by(node)):
            if made and not self._object(node, f"{table.name}[{name!r}]", made.keys(node.fields)):
                table.lacks_some = True
                return
            value = self._value(node)
            try:
                table[name] = made.make(name, cast("dict[str, Any]", value)) if made else value
            except ValueError as error:
                table.refuse(node.place, str(error))

    def _note(self, node: Node, what: str, hint: str = "") -> None:
        self.system.problems.note(node.place, what, hint=hint)

    def _object(self, node: Node, what: str, keys: tuple[str, ...]) -> bool:
        """Say whether something is an object with these keys at most; note what is wrong."""
        if not isinstance(node.value, dict):
            self._note(node, f"{what} must be an object")
            return False
        unknown = [name for name in node.fields if name not in keys]
        for name in unknown:
            hint = suggestion(name, keys) or f"there are {', '.join(keys)}"
            self._note(node.fields[name], f"{what} has no {name!r}", hint)
        return not unknown

    def _built(self, name: str, node: Node) -> Service:
        self._object(node, f"the service {name}", ("type", "parameters", "dependencies"))
        if not isinstance(node.value, dict):
            return invalid_service(node.place)
        if "type" not in node.fields:
            self._note(node, "has no type", "`liminix-gen services` lists them")
            return invalid_service(node.place)
        parameters = node.fields.get("parameters", Node(value={}, place=node.place))
        if not isinstance(parameters.value, dict):
            self._note(parameters, "parameters must be an object")
            return invalid_service(node.place)
        given = {key: self._value(one) for key, one in parameters.fields.items()}
        before = self._value(node.fields["dependencies"]) if "dependencies" in node.fields else ()

        written = _Written.by(evolve(parameters, value={**node.fields, **parameters.fields}))
        return self.system.types.build(
            str(_plain(node.fields["type"])),
            node.place,
            given,
            cast("tuple[Service, ...]", before),
            line_of=written.line_of,
        )

    def _value(self, node: Node) -> object:
        """Return a value as a Python file would give it: references are what they refer to."""
        if isinstance(node.value, list):
            return [self._value(one) for one in cast("list[Node]", node.value)]
        if not isinstance(node.value, dict):
            return node.value
        if not _is_reference(node):
            return {name: self._value(one) for name, one in node.fields.items()}
        try:
            return self._referred(node)
        except _Refusal as refusal:
            self.system.problems.add(refusal.problem)
            return invalid_service(node.place)

    def _referred(self, node: Node) -> object:
        fields = {name: one.value for name, one in node.fields.items()}
        if not all(isinstance(one, str) for one in fields.values()):
            raise _Refusal(node.place, "a reference names what it is for by text")
        match cast("Mapping[str, str]", fields):
            case {"$path": path, **rest} if not rest:
                try:
                    return RuntimePath(path)
                except ValueError as error:
                    raise _Refusal(node.place, str(error)) from None
            case {"$service": name, **rest} if rest.keys() <= {OUTPUT}:
                service = self._referred_service(node, name)
            case {"$interface": name, **rest} if rest.keys() <= {OUTPUT}:
                with standing_at(_Written.by(node)):
                    service = self.system.hardware.network_interfaces[name]
            case _:
                what = f"a reference has {SERVICE} or {INTERFACE}, perhaps with {OUTPUT}, or {PATH}"
                raise _Refusal(node.place, what)
        if OUTPUT not in fields:
            return service
        try:
            return service.output(str(fields[OUTPUT]))
        except ValueError as error:
            raise _Refusal(node.fields[OUTPUT].place, str(error)) from None

    def _referred_service(self, node: Node, name: str) -> Service:
        if name in self._made:
            return self._made[name]
        if name not in self._services:
            known = tuple(self._services)
            raise _Refusal(node.place, f"there is no service {name!r}", suggestion(name, known))
        users = [one for one in self._services if name in self._services.needs(one)]
        circle = next(filter(None, (self._services.path((name,), one) for one in users)), ())
        if circle:
            way = " -> ".join((*circle, name))
            raise _Refusal(node.place, f"services refer to each other in a circle: {way}")
        return invalid_service(node.place)


def _is_reference(node: Node) -> bool:
    return any(name.startswith("$") for name in node.fields)


def _plain(node: Node) -> object:
    """Return a value without its places."""
    if isinstance(node.value, list):
        return [_plain(one) for one in cast("list[Node]", node.value)]
    if isinstance(node.value, dict):
        return {name: _plain(one) for name, one in node.fields.items()}
    return node.value


def _referred_in(node: Node) -> set[str]:
    """Return the services that a value refers to, by name."""
    if isinstance(node.value, list):
        below = cast("list[Node]", node.value)
    else:
        below = list(node.fields.values())
        if SERVICE in node.fields and isinstance(name := node.fields[SERVICE].value, str):
            return {name}
    return {name for one in below for name in _referred_in(one)}


# --- what a table holds ---


@frozen
class _Made:
    """An entry that is an object: which keys it has, by those that it was given, and its making."""

    keys: Callable[[Iterable[str]], tuple[str, ...]]
    make: Callable[[str, dict[str, Any]], object]


_FILES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "mode"),
    "link": ("link",),
    "directory": ("directory", "mode", "user", "group"),
}


def _file_keys(given: Iterable[str]) -> tuple[str, ...]:
    kinds = [kind for kind in _FILES if kind in given] or list(_FILES)
    return tuple(dict.fromkeys(key for kind in kinds for key in _FILES[kind]))


def _file(path: str, said: dict[str, Any]) -> File:
    kinds = [kind for kind in _FILES if kind in said]
    if len(kinds) != 1:
        raise ValueError(f"a file has one of {', '.join(_FILES)}")
    content = said.pop(kinds[0])
    if kinds[0] == "text":
        return text_file(path, content, **said)
    if kinds[0] == "link":
        return link(path, content)
    if content is not True:
        raise ValueError("directory must be true")
    return directory(path, **said)


def _account(cls: type[User | Group]) -> _Made:
    # Its key is its name.
    keys = tuple(one.name for one in fields(cls) if one.name != "name")
    return _Made(lambda _given: keys, lambda name, said: cls(name=name, **said))


_MADE = {
    "files": _Made(_file_keys, _file),
    "groups": _account(Group),
    "users": _account(User),
}
