"""A configuration as data: a JSON file in the place of a Python one, for programs that write it.

docs/formats.md describes the form, and `liminix-gen docs --schemas` writes its JSON Schema.
"""

from __future__ import annotations

import json
import json.decoder
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, cast

from attrs import evolve, field, frozen

from liminix_gen.catalog import Catalog
from liminix_gen.config import System, as_configuration
from liminix_gen.errors import ConfigurationError, Problem, Where, suggestion
from liminix_gen.model import options
from liminix_gen.model.image import File, Group, RuntimePath, User, directory, link, text_file
from liminix_gen.model.service import Service
from liminix_gen.recording import Call, Table, standing_at
from liminix_gen.service_types import invalid_service

SERVICE, INTERFACE, OUTPUT, PATH = "$service", "$interface", "$output", "$path"
_SETTINGS = tuple(one.name for one in options.settings(()))
_TABLES: Mapping[str, Callable[[System], Table[object]]] = {
    "users": lambda system: cast("Table[object]", system.users),
    "groups": lambda system: cast("Table[object]", system.groups),
    "files": lambda system: cast("Table[object]", system.files),
    "sysctl": lambda system: cast("Table[object]", system.sysctl),
    "hosts": lambda system: cast("Table[object]", system.hosts),
}
KEYS = ("$schema", "device", "hostname", "services", "others", "kernel", *_SETTINGS, *_TABLES)


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


def load(path: Path, catalog: Catalog) -> System:
    """Read a file and return the system that it describes.

    Raises ConfigurationError with every mistake that was found.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        raise ConfigurationError(Problem(str(path), str(what))) from None
    try:
        node = parsed(text, path)
    except _Refusal as refusal:
        raise ConfigurationError(refusal.problem) from None
    with as_configuration(catalog), standing_at(_Written.by(node)):
        try:
            return _Reader.of(node).system
        except _Refusal as refusal:
            raise ConfigurationError(refusal.problem) from None


# --- the file ---


# The parts of Python's own parser that call back for what is inside: they have no types.
_Parse = Callable[..., tuple[object, int]]
_PARSE_OBJECT = cast("_Parse", vars(json.decoder)["JSONObject"])
_PARSE_ARRAY = cast("_Parse", vars(json.decoder)["JSONArray"])
_PARSE_PLAIN = cast("_Parse", vars(json.JSONDecoder())["scan_once"])


@frozen
class _Raw:
    """A value, and where its text begins."""

    value: object
    start: int


def parsed(text: str, path: Path) -> Node:
    """Parse a file, with the line of each value."""

    def scan(text: str, start: int) -> tuple[_Raw, int]:
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
    except RecursionError:
        refuse("is nested too deeply", start)
    if text[end:].strip(" \t\r\n"):
        refuse("is not JSON: there is more after its end", end)

    def node(raw: _Raw, pointer: str) -> Node:
        place = Place(path, line_at(raw.start), pointer=pointer)
        value = raw.value
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
    """Makes a system of a file: a service is made when something refers to it first."""

    file: Node
    system: System
    _made: dict[str, Service] = field(factory=dict[str, Service])
    _making: list[str] = field(factory=list[str])

    @classmethod
    def of(cls, file: Node) -> _Reader:
        """Read the whole of a file."""
        _object(file, "a configuration", KEYS)
        device = file.fields.get("device")
        if device is None:
            raise _Refusal(file.place, "has no device", hint="`liminix-gen devices` lists them")
        hostname = file.fields.get("hostname")
        with standing_at(_Written.by(file)):
            given = {} if hostname is None else {"hostname": str(hostname.value)}
            system = System(str(device.value), **given)
        reader = cls(file, system)
        reader._fill()
        if system.problems.found:
            raise ConfigurationError(*system.problems.found)
        return reader

    def _fill(self) -> None:
        for name in (*self._named("others"), *self._named("services")):
            self._service(name)
        for name, node in self._named("services").items():
            with standing_at(_Written.by(node)):
                self.system.services[name] = self._made[name]
        for name in _SETTINGS:
            if name in self.file.fields:
                self._set(self.system, name, self.file.fields[name])
        kernel = self.file.at("kernel")
        if kernel is not self.file:
            self._try(kernel, lambda: _object(kernel, "kernel", ("config", "modules")))
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
        make: Callable[[str, Mapping[str, object]], object] | None = None,
    ) -> None:
        def put() -> None:
            value = self._value(node)
            if make is not None:
                if not isinstance(value, dict):
                    raise _Refusal(node.place, f"{table.name}[{name!r}] must be an object")
                try:
                    value = make(name, cast("Mapping[str, object]", value))
                except (TypeError, ValueError) as error:
                    raise _Refusal(node.place, _sentence(error)) from None
            table[name] = value

        self._try(node, put)

    def _try(self, node: Node, action: Callable[[], object]) -> bool:
        """Do something on behalf of a place; what is wrong is noted. Return whether it was done."""
        with standing_at(_Written.by(node)):
            try:
                action()
            except _Refusal as refusal:
                self.system.problems.add(refusal.problem)
                return False
        return True

    def _note(self, node: Node, what: str, hint: str = "") -> None:
        self.system.problems.note(node.place, what, hint=hint)

    def _service(self, name: str) -> Service:
        """Return the service of a name; make it, if nothing did."""
        if name not in self._made:
            (node,) = (
                self.file.fields[table].fields[name]
                for table in ("services", "others")
                if name in self.file.at(table).fields
            )
            self._making.append(name)
            with standing_at(_Written.by(node)):
                self._made[name] = self._built(name, node)
            self._making.remove(name)
        return self._made[name]

    def _built(self, name: str, node: Node) -> Service:
        keys = ("type", "parameters", "dependencies")
        if not self._try(node, lambda: _object(node, f"the service {name}", keys)):
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
            str(node.fields["type"].value),
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
        fields = node.fields
        if not any(name.startswith("$") for name in fields):
            return {name: self._value(one) for name, one in fields.items()}
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
        known = {**self.file.at("services").fields, **self.file.at("others").fields}
        if name not in known:
            raise _Refusal(node.place, f"there is no service {name!r}", suggestion(name, known))
        if name in self._making:
            circle = " -> ".join((*self._making[self._making.index(name) :], name))
            raise _Refusal(node.place, f"services refer to each other in a circle: {circle}")
        return self._service(name)


def _object(node: Node, what: str, keys: tuple[str, ...]) -> None:
    """Refuse what is no object, or has other keys."""
    if not isinstance(node.value, dict):
        raise _Refusal(node.place, f"{what} must be an object")
    for name, one in node.fields.items():
        if name not in keys:
            hint = suggestion(name, keys) or f"there are {', '.join(keys)}"
            raise _Refusal(one.place, f"{what} has no {name!r}", hint)


def _sentence(error: Exception) -> str:
    """Return what a class of the model says of its arguments, without its Python."""
    return str(error).replace(".__init__()", "").replace("keyword argument", "key")


def _file(path: str, said: Mapping[str, object]) -> File:
    kinds = ("text", "link", "directory")
    given = [kind for kind in kinds if kind in said]
    if len(given) != 1:
        raise ValueError(f"a file has one of {', '.join(kinds)}")
    content = cast("str", said[given[0]])
    more = cast("dict[str, Any]", {name: said[name] for name in said if name not in kinds})
    match given[0]:
        case "text":
            return text_file(path, content, **more)
        case "link":
            return link(path, content, **more)
        case _:
            return directory(path, **more)


def _group(name: str, said: Mapping[str, object]) -> Group:
    return Group(name=name, **cast("dict[str, Any]", said))


def _user(name: str, said: Mapping[str, object]) -> User:
    return User(name=name, **cast("dict[str, Any]", said))


_MADE: Mapping[str, Callable[[str, Mapping[str, object]], object]] = {
    "files": _file,
    "groups": _group,
    "users": _user,
}
