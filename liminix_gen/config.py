"""What a user's file works with, and the loading of that file.

``System`` collects what the file says. A wrong call does not end the file: its problem is noted
with the caller's line, and all problems of a run are reported together.
"""

import inspect
import os
import runpy
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextvars import ContextVar
from pathlib import Path
from typing import ClassVar, TypeVar, cast

import attrs
from attrs import define, field, frozen

from liminix_gen.catalog import Catalog
from liminix_gen.errors import ConfigurationError, LiminixGenError, Problem, Where, suggestion
from liminix_gen.model.device import Device
from liminix_gen.model.image import File, Group, User
from liminix_gen.model.kernel import SYMBOL, symbol_value
from liminix_gen.model.parameter import parameters_of
from liminix_gen.model.service import (
    OutputReference,
    Part,
    Service,
    ServiceWith,
    configured,
    service_type,
)
from liminix_gen.model.values import (
    HOST_NAME,
    SERVICE_NAME,
    USER_NAME,
    ListOf,
    OneOf,
    Optional,
    Text,
    ValueType,
)

V = TypeVar("V")

_PACKAGE = str(Path(__file__).parent) + os.sep
_SHARE = f"{_PACKAGE}share{os.sep}"


def caller() -> Where:
    """Return the line, outside of this package, that led here."""
    frame = inspect.currentframe()
    while frame is not None and _is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        raise AssertionError("called from nowhere")
    return Where(Path(frame.f_code.co_filename), frame.f_lineno)


def _is_ours(file: str) -> bool:
    return file.startswith(_PACKAGE) and not file.startswith(_SHARE)


@service_type
class InvalidService(Service):
    """What ``build`` returns where a call was wrong, so that the rest is checked too."""

    def parts(self) -> tuple[Part, ...]:
        return ()

    def output(self, name: str) -> OutputReference:
        return OutputReference(self, name)


class Problems:
    """The mistakes that were found so far, in order."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def note(self, where: Where | str | None, what: str, **more: str) -> None:
        """Note a mistake and go on."""
        self.found.append(Problem(where=where, what=what, **more))

    def checked(self, type_: ValueType[V], value: object, what: str, fallback: V) -> V:
        """Convert a value; note a mistake under the caller's line and use ``fallback``."""
        try:
            return type_.convert(value)
        except ValueError as error:
            self.note(caller(), f"{what} {error}")
            return fallback


@frozen
class ServiceTypes:
    """The service types by name: ``service.network.address.build(...)``."""

    catalog: Catalog
    problems: Problems
    prefix: str = ""
    built: list[Service] = field(factory=list[Service])

    def __getattr__(self, name: str) -> "ServiceTypes":
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self.prefix}.{name}" if self.prefix else name
        types = self.catalog.service_types
        if full in types or any(known.startswith(f"{full}.") for known in types):
            return self.of(full)
        raise ConfigurationError(
            *self.problems.found,
            Problem(
                where=caller(),
                what=f"there is no service type {full!r}",
                why=suggestion(full, types),
                remedy="`liminix-gen services` lists them",
            ),
        )

    def of(self, name: str) -> "ServiceTypes":
        """Return a service type by its whole name."""
        return ServiceTypes(self.catalog, self.problems, name, self.built)

    def build(self, *, dependencies: Iterable[Service] = (), **arguments: object) -> Service:
        """Configure a service: check every argument now, remember the caller's line."""
        return self.build_at(caller(), arguments, dependencies)

    def build_at(
        self, where: Where, arguments: Mapping[str, object], dependencies: Iterable[Service] = ()
    ) -> Service:
        """Configure a service on behalf of a line."""
        if self.prefix not in self.catalog.service_types:
            self.problems.note(where, f"{self.prefix!r} is a group of service types, not one")
            return configured(InvalidService, where, (), {})
        cls = self.catalog.service_type(self.prefix)
        declared = {parameter.name: parameter for parameter in parameters_of(cls)}
        before = len(self.problems.found)
        for name in arguments.keys() - declared.keys():
            self.problems.note(
                where,
                f"{self.prefix} has no parameter {name!r}",
                why=suggestion(name, declared) or f"its parameters are {', '.join(declared)}",
            )
        values: dict[str, object] = {}
        for name, parameter in declared.items():
            if name in arguments:
                values[name] = self._converted(where, name, parameter.type, arguments[name])
            elif parameter.required:
                self.problems.note(
                    where, f"{self.prefix} lacks the parameter {name!r} ({parameter.description})"
                )
        needed = self._converted(where, "dependencies", ListOf(ServiceWith()), tuple(dependencies))
        if len(self.problems.found) > before:
            return configured(InvalidService, where, (), {})
        service = configured(cls, where, cast("tuple[Service, ...]", needed), values)
        self.built.append(service)
        for sentence in service.check():
            self.problems.note(where, f"{self.prefix}: {sentence}")
        return service

    def _converted(self, where: Where, name: str, type_: ValueType[V], value: object) -> V | None:
        if isinstance(value, InvalidService):
            return cast("V", value)
        try:
            return type_.convert(value)
        except ValueError as error:
            self.problems.note(where, f"{self.prefix}.{name} {error}")
            return None


@define
class Table(MutableMapping[str, V]):
    """A dictionary of a configuration: checks keys and values, and keeps each one's line.

    A key is set once; a second assignment is a mistake that names both lines.
    """

    name: str
    keys_: ValueType[str]
    values_: Callable[[object], V]
    problems: Problems
    _entries: dict[str, tuple[V, Where]] = field(factory=dict[str, "tuple[V, Where]"])

    def __setitem__(self, key: str, value: object) -> None:
        where = caller()
        try:
            name = self.keys_.convert(key)
        except ValueError as error:
            self.problems.note(where, f"a key of {self.name} {error}")
            return
        if name in self._entries:
            self.problems.note(
                where,
                f"{self.name}[{name!r}] is set twice",
                why=f"it was set at {self._entries[name][1]}",
            )
            return
        try:
            self._entries[name] = (self.values_(value), where)
        except ValueError as error:
            self.problems.note(where, f"{self.name}[{name!r}] {error}")

    def __getitem__(self, key: str) -> V:
        if key not in self._entries:
            raise ConfigurationError(
                *self.problems.found,
                Problem(
                    where=caller(),
                    what=f"{self.name} has no {key!r}",
                    why=suggestion(key, self._entries),
                ),
            )
        return self._entries[key][0]

    def __delitem__(self, key: str) -> None:
        del self._entries[key]

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def where(self, key: str) -> Where:
        """Return the line that set a key."""
        return self._entries[key][1]


@frozen
class Kernel:
    """``config.kernel``: symbols that the user asks for by name."""

    config: Table[str]


@frozen
class Hardware:
    """``config.hardware``: what the board has."""

    network_interfaces: Mapping[str, Service]


def _instance_of(cls: type[V], what: str) -> Callable[[object], V]:
    def convert(value: object) -> V:
        if not isinstance(value, cls):
            raise ValueError(f"must be {what}, not {value!r}")
        return value

    return convert


class System:
    """A router as its owner describes it; see docs/configuration.md."""

    console: str | None
    packages: tuple[str, ...]
    state: str | None
    _SETTABLE: ClassVar[Mapping[str, ValueType[object]]] = {
        "console": Optional(OneOf("shell", "login", "none")),
        "state": Optional(Text(description="the label of a partition")),
        "packages": ListOf(Text(pattern=r"[A-Za-z0-9_+.-]+", description="a package's name")),
    }

    def __init__(self, device: str, hostname: str = "liminix") -> None:
        """Start the description of a router on a board."""
        self.where = caller()
        self.problems = Problems()
        self.catalog = _catalog.get() or Catalog.of()
        self.hostname = self.problems.checked(HOST_NAME, hostname, "hostname", "liminix")
        try:
            self.device: Device = self.catalog.device(device)
        except ConfigurationError as error:
            raise ConfigurationError(
                *(
                    attrs.evolve(problem, where=problem.where or self.where)
                    for problem in error.problems
                )
            ) from None
        self.service = ServiceTypes(self.catalog, self.problems)
        table = self._table
        self.services: Table[Service] = table(
            "config.services", SERVICE_NAME, _instance_of(Service, "a service, made by build()")
        )
        self.kernel = Kernel(
            table(
                "config.kernel.config",
                Text(pattern=SYMBOL.pattern, description="a kernel symbol without CONFIG_"),
                symbol_value,
            )
        )
        self.users: Table[User] = table("config.users", USER_NAME, _instance_of(User, "a User"))
        self.groups: Table[Group] = table(
            "config.groups", USER_NAME, _instance_of(Group, "a Group")
        )
        self.files: Table[File] = table("config.files", Text(), _instance_of(File, "a File"))
        self.sysctl: Table[str] = table(
            "config.sysctl",
            Text(
                pattern=r"[a-z0-9_]+(?:[./][A-Za-z0-9_.-]+)+",
                description="a sysctl such as 'net.ipv4.tcp_syncookies'",
            ),
            _sysctl_value,
        )
        self.console = None
        self.packages = ()
        self.state = None
        self.hardware = Hardware(dict(self.device.network_interfaces(self.service)))

        self._described = True

    def __setattr__(self, name: str, value: object) -> None:
        """Check what a user assigns; a wrong name or value is noted with the user's line."""
        if not hasattr(self, "_described"):
            super().__setattr__(name, value)
        elif name in self._SETTABLE:
            fallback = getattr(self, name)
            checked = self.problems.checked(self._SETTABLE[name], value, f"config.{name}", fallback)
            super().__setattr__(name, checked)
        elif hasattr(self, name):
            self.problems.note(caller(), f"config.{name} is not assigned as a whole")
        else:
            self.problems.note(
                caller(), f"config has no {name!r}", why=suggestion(name, self._SETTABLE)
            )

    def _table(self, name: str, keys: ValueType[str], values: Callable[[object], V]) -> Table[V]:
        return Table(name, keys, values, self.problems)


def _sysctl_value(value: object) -> str:
    return Text().convert(str(value) if isinstance(value, int) else value)


_catalog: ContextVar[Catalog | None] = ContextVar("catalog", default=None)


def load(path: Path, catalog: Catalog) -> System:
    """Run a user's file and return the ``config`` it defines.

    Raises ConfigurationError with every mistake that was found.
    """
    if not path.is_file():
        raise ConfigurationError(
            Problem(
                where=str(path),
                what="there is no such file",
                remedy="`liminix-gen init` writes a first one",
            )
        )
    token = _catalog.set(catalog)
    try:
        names = runpy.run_path(str(path), run_name="liminix_gen_configuration")
    except LiminixGenError:
        raise
    except SyntaxError as error:
        raise ConfigurationError(
            Problem(
                where=Where(Path(error.filename or path), error.lineno or 1),
                what=f"syntax error: {error.msg}",
            )
        ) from None
    except Exception as error:  # noqa: BLE001  whatever a user's file raises is the user's to see
        raise ConfigurationError(
            Problem(where=_line_in(path, error), what=f"{type(error).__name__}: {error}")
        ) from None
    finally:
        _catalog.reset(token)
    system = names.get("config")
    if not isinstance(system, System):
        raise ConfigurationError(
            Problem(where=str(path), what="does not define `config`, a System")
        )
    if system.problems.found:
        raise ConfigurationError(*system.problems.found)
    return system


def _line_in(path: Path, error: Exception) -> Where:
    """Return the deepest line of the user's own file in an error's traceback."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.lineno is not None and Path(frame.filename).resolve() == path.resolve()
    ]
    return Where(path, lines[-1] if lines else 1)
