"""Stubs for editors and type checkers, made from service types, boards and options.

``liminix_gen/editor.pyi`` is what a configuration sees of liminix-gen before it runs. There is no
such module at run time: its names are those of ``liminix_gen``.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator, Mapping, Sequence
from inspect import getdoc
from pathlib import Path
from textwrap import wrap

from attrs import field, frozen

from liminix_gen import files
from liminix_gen.catalog import Catalog
from liminix_gen.docs.annotation import Annotations, literal
from liminix_gen.docs.services import summary
from liminix_gen.model import options
from liminix_gen.model.device import Device
from liminix_gen.model.parameter import Parameter, parameters_of
from liminix_gen.model.service import Service
from liminix_gen.model.values import ListOf
from liminix_gen.service_types import interfaces_of

MODULE = "editor.pyi"
_INDENT = " " * 4

_BEFORE = '''\
"""What a configuration works with, as editors and type checkers see it.

Made by `make docs` from modules/, devices/ and liminix_gen/model/options.py; `liminix-gen docs
--stubs DIR` makes it with service types and boards of your own. There is no such module when a
configuration runs: import these names under `if TYPE_CHECKING:`, or `System` from `liminix_gen`.
"""

from collections.abc import (
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    MutableMapping,
    MutableSequence,
    ValuesView,
)
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Generic, Literal, Never, Protocol, SupportsIndex, TypedDict, overload

from typing_extensions import NotRequired, TypeVar

from liminix_gen.model.device import Device
from liminix_gen.model.image import File, Group, User
from liminix_gen.model.reference import OutputReference
from liminix_gen.model.service import Service

_T_co = TypeVar("_T_co", covariant=True)
_Output = TypeVar("_Output", bound=str, contravariant=True)
_Port = TypeVar("_Port", bound=str, default=Any)
_Root = TypeVar("_Root", bound=str, default=Any)

class Sequence(Protocol[_T_co]):
    """A list or a tuple; text is neither."""

    def __contains__(self, value: object, /) -> bool: ...
    def __getitem__(self, index: SupportsIndex, /) -> _T_co: ...
    def __iter__(self) -> Iterator[_T_co]: ...

Listed = Sequence[_T_co] | Iterator[_T_co] | KeysView[_T_co] | ValuesView[_T_co]

class ServiceWith(Protocol[_Output]):
    """A service that publishes these outputs."""

    def output(self, name: _Output, /) -> OutputReference: ...

class Built(Service, Generic[_Output]):
    """A service of the router, made by `build`; it publishes these outputs."""

    def output(self, name: _Output) -> OutputReference:  # type: ignore[override]
        """Refer to a value that the service publishes while it is up."""

'''


@frozen
class _Names:
    """A beginning of names of service types: what it is itself, and what follows."""

    type_: str = ""
    inner: dict[str, _Names] = field(factory=dict[str, "_Names"])


def text(catalog: Catalog) -> str:
    """Return the stub of a catalog."""
    top = _Names()
    for name in catalog.service_types:
        words = name.split(".")
        if all(word.isidentifier() and not keyword.iskeyword(word) for word in words):
            _put(top, words, name)
    annotations = Annotations()
    namespaces = list(_namespaces(top, (), catalog, annotations))
    system = list(_system(catalog, annotations))
    records = list(_records(annotations))
    return _BEFORE + "\n".join([*records, *namespaces, *system])


def write(catalog: Catalog, folder: Path) -> tuple[Path, ...]:
    """Write the stub of a catalog, and return the files that were written.

    They are a partial stub package (PEP 561): the rest of liminix_gen is as it is installed.
    """
    package = folder / "liminix_gen-stubs"
    package.mkdir(parents=True, exist_ok=True)
    texts = {package / "py.typed": "partial\n", package / MODULE: text(catalog)}
    for path, content in texts.items():
        files.write(path, content.encode(errors="backslashreplace"))
    return tuple(texts)


def _put(names: _Names, words: Sequence[str], name: str) -> None:
    first, *rest = words
    inner = names.inner.setdefault(first, _Names())
    if rest:
        _put(inner, rest, name)
    else:
        names.inner[first] = _Names(name, inner.inner)


def _title(words: Iterable[str]) -> str:
    return "".join(word[:1].upper() + word[1:] for part in words for word in part.split("_"))


def _docstring(sentences: str, depth: int) -> Iterator[str]:
    """Yield the lines of a docstring."""
    before = _INDENT * depth
    lines = sentences.replace("\\", "\\\\").replace('"""', "'''").replace("``", "`").split("\n")
    if len(lines) == 1:
        yield f'{before}"""{lines[0]}"""'
        return
    yield f'{before}"""{lines[0]}'
    yield from (f"{before}{line}".rstrip() for line in lines[1:])
    yield f'{before}"""'


def _namespaces(
    names: _Names, words: tuple[str, ...], catalog: Catalog, annotations: Annotations
) -> Iterator[str]:
    """Yield the class of a beginning of names, behind those of what follows it."""
    for word, inner in names.inner.items():
        yield from _namespaces(inner, (*words, word), catalog, annotations)
    yield f"class {_title((*words, 'types'))}:"
    if names.type_:
        cls = catalog.service_type(names.type_)
        yield from _docstring(summary(cls), 1)
        yield ""
        yield from _build(cls, words, annotations)
    else:
        listed = ", ".join(names.inner)
        about = f"The service types of `{'.'.join(words)}`" if words else "The service types"
        yield from _docstring("\n".join(wrap(f"{about}: {listed}.", 90)), 1)
        yield ""
    for word, inner in names.inner.items():
        yield f"{_INDENT}@property"
        yield f"{_INDENT}def {word}(self) -> {_title((*words, word, 'types'))}:"
        sentences = summary(catalog.service_type(inner.type_)) if inner.type_ else ""
        yield from _docstring(sentences or f"Service types: {', '.join(inner.inner)}.", 2)
        yield ""


def _build(cls: type[Service], words: tuple[str, ...], annotations: Annotations) -> Iterator[str]:
    parameters = sorted(parameters_of(cls), key=lambda one: not one.required)
    yield f"{_INDENT}def build("
    yield f"{_INDENT * 2}self,"
    yield f"{_INDENT * 2}*,"
    for one in parameters:
        taken = annotations.of(one.type, _title((*words, one.name)))
        default = "" if one.required else f" = {_default(one)}"
        yield f"{_INDENT * 2}{one.name}: {taken}{default},"
    yield f"{_INDENT * 2}dependencies: Iterable[Service] = (),"
    # Those of a type that stands in for others are the others'.
    declared = bool(cls.OUTPUTS) or cls.outputs is Service.outputs
    outputs = literal(sorted(one.name for one in cls.OUTPUTS)) if declared else "Any"
    yield f"{_INDENT}) -> Built[{outputs}]:"
    yield from _docstring("\n".join(_manual(cls, parameters)), 2)
    yield ""


def _default(parameter: Parameter) -> str:
    value = parameter.default
    return repr(value) if value is None or isinstance(value, bool | int | str) else "..."


def _manual(cls: type[Service], parameters: Sequence[Parameter]) -> Iterator[str]:
    """Yield the docstring of build(): Args and what is published, as editors read them."""
    about = getdoc(cls) or ""
    for one in parameters:
        # Pyright takes the first `NAME (` for what is said of a parameter.
        about = about.replace(f"{one.name} (", f"{one.name}\N{NO-BREAK SPACE}(")
    yield from (about, "", "Args:")
    for one in parameters:
        yield from _entry(one.name, one.description)
    yield from _entry("dependencies", "services that are ready before this one, besides its own")
    if cls.OUTPUTS:
        yield from ("", "Outputs:")
        for output in cls.OUTPUTS:
            yield from _entry(output.name, output.description)


def _entry(name: str, description: str) -> Iterator[str]:
    # On one line, however long: an editor wraps it, and reads a second line as something else.
    yield f"{_INDENT}{name}: {description}"


def _records(annotations: Annotations) -> Iterator[str]:
    """Yield the dictionaries with fixed keys; to write one may find others in it."""
    done = 0
    while done < len(annotations.records):
        name, record = list(annotations.records.items())[done]
        done += 1
        taken = {
            key: annotations.of(one.type, f"{name}{_title((key,))}")
            for key, one in record.fields.items()
        }
        if all(key.isidentifier() and not keyword.iskeyword(key) for key in taken):
            yield f"class {name}(TypedDict):"
            for key, one in record.fields.items():
                type_ = taken[key] if one.required else f"NotRequired[{taken[key]}]"
                yield f"{_INDENT}{key}: {type_}"
                yield from _docstring("\n".join(wrap(one.description, 86)), 1)
        else:
            yield f'{name} = TypedDict("{name}", {{'
            for key, one in record.fields.items():
                type_ = taken[key] if one.required else f"NotRequired[{taken[key]}]"
                yield f'{_INDENT}"{key}": {type_},'
            yield "})"
        yield ""


def _system(catalog: Catalog, annotations: Annotations) -> Iterator[str]:
    yield from ("class Kernel:", f'{_INDENT}"""The kernel of the router."""', "")
    yield from _table(options.KERNEL_SYMBOLS, annotations)
    yield from _setting(options.KERNEL_MODULES, annotations)
    boards = {name: catalog.device(name) for name in catalog.devices}
    ports = {name: _ports(board, catalog) for name, board in boards.items()}
    every = [publishes for board in ports.values() for publishes in board.values()]
    shared = sorted(frozenset[str].intersection(*every)) if every else []
    yield "class Hardware(Generic[_Port]):"
    yield from _docstring("What the board has.", 1)
    yield ""
    yield f"{_INDENT}@property"
    yield f"{_INDENT}def network_interfaces(self) -> Mapping[_Port, Built[{literal(shared)}]]:"
    yield from _docstring("The interfaces of the board, by its own names for them.", 2)
    yield from ("", "class System(Generic[_Port, _Root]):")
    yield from _docstring("A router as its owner describes it.", 1)
    yield ""
    kinds: dict[tuple[str, str], list[str]] = {}
    for name, board in boards.items():
        kinds.setdefault((literal(ports[name]), literal(board.roots)), []).append(name)
    for (names_of_ports, roots), names in sorted(kinds.items(), key=lambda item: item[1]):
        yield from _constructor(f"System[{names_of_ports}, {roots}]", names)
    # A checker names the last one when none fits: that has every board.
    yield from _constructor("System[Any, Any]", boards)
    for name, type_, about in (
        ("device", "Device", "The board."),
        ("service", "Types", "The service types: `service.TYPE.build(...)` configures a service."),
        ("hardware", "Hardware[_Port]", "What the board has."),
        ("kernel", "Kernel", "The kernel of the router."),
        ("hostname", "str", "The router's name."),
    ):
        yield from (f"{_INDENT}@property", f"{_INDENT}def {name}(self) -> {type_}:")
        yield from (*_docstring(about, 2), "")
    for table in options.TABLES:
        yield from _table(table, annotations)
    for option in options.settings():
        yield from _setting(option, annotations)


def _table(option: options.TableOption[object], annotations: Annotations) -> Iterator[str]:
    name = option.name.rpartition(".")[2]
    taken = annotations.of(option.type, _title((name,)))
    yield f"{_INDENT}@property"
    yield f"{_INDENT}def {name}(self) -> MutableMapping[str, {taken}]:"
    yield from _docstring("\n".join(wrap(_sentence(option.description), 86)), 2)
    yield ""


def _setting(option: options.Option[object], annotations: Annotations) -> Iterator[str]:
    name = option.name.rpartition(".")[2]
    taken = "_Root | None" if name == "root" else annotations.of(option.type, _title((name,)))
    if isinstance(option.type, ListOf):
        yield f"{_INDENT}@property"
        yield f"{_INDENT}def {name}(self) -> MutableSequence[str]:"
        yield from _docstring("\n".join(wrap(_sentence(option.description), 86)), 2)
        yield f"{_INDENT}@{name}.setter"
        yield f"{_INDENT}def {name}(self, names: {taken}) -> None: ..."
    else:
        yield f"{_INDENT}{name}: {taken}"
        yield from _docstring("\n".join(wrap(_sentence(option.description), 90)), 1)
    yield ""


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _constructor(self: str, boards: Iterable[str]) -> Iterator[str]:
    yield f"{_INDENT}@overload"
    yield f"{_INDENT}def __init__("
    yield f"{_INDENT * 2}self: {self},"
    yield f"{_INDENT * 2}device: {literal(boards)},"
    yield f'{_INDENT * 2}hostname: str = "liminix",'
    yield f"{_INDENT}) -> None: ..."


def _ports(board: Device, catalog: Catalog) -> Mapping[str, frozenset[str]]:
    """Return the interfaces of a board, each with what it publishes."""
    return {
        name: frozenset(output.name for output in service.outputs())
        for name, service in interfaces_of(board, catalog).items()
    }
