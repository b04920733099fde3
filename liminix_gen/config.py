"""What a user's file works with, and the loading of that file."""

from __future__ import annotations

import runpy
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

import attrs
from attrs import frozen

from liminix_gen.catalog import Catalog
from liminix_gen.errors import ConfigurationError, LiminixGenError, Problem, Where, suggestion
from liminix_gen.model.device import Device
from liminix_gen.model.image import File, Group, User
from liminix_gen.model.kernel import SYMBOL, symbol_value
from liminix_gen.model.service import Service
from liminix_gen.model.values import (
    HOST_NAME,
    PARTITION_LABEL,
    SERVICE_NAME,
    SYSCTL_NAME,
    USER_NAME,
    Integer,
    ListOf,
    OneOf,
    Optional,
    Text,
    ValueType,
)
from liminix_gen.recording import Problems, Table, caller, is_refusal
from liminix_gen.service_types import ServiceTypes, invalid_service

V = TypeVar("V")


class Settings:
    """Attributes that a user assigns; a wrong name or value is noted with the user's line."""

    def __init__(
        self, name: str, problems: Problems, where: Where, settable: Mapping[str, ValueType[object]]
    ) -> None:
        """End the making of the object: from here on assignments are the user's."""
        self._name = name
        self._problems = problems
        self._where = where
        self._assigned: dict[str, Where] = {}
        self._settable = settable

    def __setattr__(self, name: str, value: object) -> None:
        """Check what a user assigns."""
        if "_settable" not in self.__dict__:
            super().__setattr__(name, value)
        elif name in self._settable:
            fallback = getattr(self, name)
            what = f"{self._name}.{name}"
            checked = self._problems.checked(self._settable[name], value, what, fallback)
            super().__setattr__(name, checked)
            self._assigned[name] = caller()
        elif hasattr(self, name):
            self._problems.note(caller(), f"{self._name}.{name} is not assigned as a whole")
        else:
            self._problems.note(
                caller(), f"{self._name} has no {name!r}", why=suggestion(name, self._settable)
            )

    def __delattr__(self, name: str) -> None:
        """Note that a user takes away what every configuration has."""
        self._problems.note(caller(), f"{self._name}.{name} cannot be deleted")

    def where_of(self, name: str) -> Where:
        """Return the line that assigned an attribute such as ``console`` or ``root``."""
        return self._assigned.get(name, self._where)


class Kernel(Settings):
    """``config.kernel``: symbols that the user asks for by name, and which modules are built.

    ``modules`` is "referenced": those that the image's services refer to; or "all": those that any
    configuration of the board may refer to, so that one kernel serves them all.
    """

    config: Table[str]
    modules: str

    def __init__(self, problems: Problems, where: Where) -> None:
        """Start with what most configurations say: nothing."""
        symbol = Text(
            pattern=rf"(?!CONFIG_)(?:{SYMBOL.pattern})",
            description="a kernel symbol without CONFIG_",
        )
        self.config = Table("config.kernel.config", symbol, symbol_value, problems)
        self.modules = "referenced"
        super().__init__("config.kernel", problems, where, {"modules": OneOf("referenced", "all")})


class Ports(Mapping[str, Service]):
    """The network interfaces of a board; an unknown one is noted, and the file goes on."""

    def __init__(self, board: str, services: Mapping[str, Service], problems: Problems) -> None:
        self._board = board
        self._services = services
        self._problems = problems

    def __getitem__(self, name: str) -> Service:
        if name in self._services:
            return self._services[name]
        where = caller()
        known = ", ".join(self._services)
        self._problems.note(
            where,
            f"the device {self._board} has no network interface {name!r}",
            why=suggestion(str(name), self._services) or f"it has {known}",
        )
        return invalid_service(where)

    def __contains__(self, name: object) -> bool:
        return name in self._services

    def __iter__(self) -> Iterator[str]:
        return iter(self._services)

    def __len__(self) -> int:
        return len(self._services)


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


class System(Settings):
    """A router as its owner describes it; see docs/configuration.md."""

    console: str | None
    packages: tuple[str, ...]
    root: str | None
    state: str | None
    trial_seconds: int

    def __init__(self, device: str, hostname: str = "liminix") -> None:
        """Start the description of a router on a board."""
        self.where = caller()
        self.problems = Problems()
        self.catalog = _catalog.get() or Catalog.of()
        if (made := _made.get()) is not None:
            made.append(self)
        self.hostname = self.problems.checked(HOST_NAME, hostname, "hostname", "liminix")
        try:
            self.device: Device = self.catalog.device(str(device))
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
        self.kernel = Kernel(self.problems, self.where)
        self.users: Table[User] = table("config.users", USER_NAME, _instance_of(User, "a User"))
        self.groups: Table[Group] = table(
            "config.groups", USER_NAME, _instance_of(Group, "a Group")
        )
        self.files: Table[File] = table("config.files", Text(), _instance_of(File, "a File"))
        self.sysctl: Table[str] = table(
            "config.sysctl",
            SYSCTL_NAME,
            _sysctl_value,
        )
        self.console = None
        self.packages = ()
        self.root = None
        self.state = None
        self.trial_seconds = 300
        self.hardware = Hardware(
            Ports(self.device.name, self.device.network_interfaces(self.service), self.problems)
        )
        settable: Mapping[str, ValueType[object]] = {
            "console": Optional(OneOf("shell", "login", "none")),
            "packages": ListOf(Text(pattern=r"[A-Za-z0-9_+.-]+", description="a package's name")),
            "root": Optional(OneOf(*self.device.roots)),
            "state": Optional(PARTITION_LABEL),
            "trial_seconds": Integer(1, 86_400),
        }
        super().__init__("config", self.problems, self.where, settable)

    def _table(self, name: str, keys: ValueType[str], values: Callable[[object], V]) -> Table[V]:
        return Table(name, keys, values, self.problems)


def _sysctl_value(value: object) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return Text(description="a number or a line of text").convert(str(value) if whole else value)


_catalog: ContextVar[Catalog | None] = ContextVar("catalog", default=None)
# Every System that the file at hand has made, so that an exception loses none of their problems.
_made: ContextVar[list[System] | None] = ContextVar("made", default=None)


def load(path: Path, catalog: Catalog) -> System:
    """Run a user's file and return the ``config`` it defines.

    Raises ConfigurationError with every mistake that was found.
    """
    if not path.is_file():
        raise ConfigurationError(_no_file(path))
    made: list[System] = []
    tokens = _catalog.set(catalog), _made.set(made)
    try:
        names = runpy.run_path(str(path), run_name="liminix_gen_configuration")
    except Exception as error:  # noqa: BLE001  whatever a user's file raises is the user's to see
        before = [problem for system in made for problem in system.problems.found]
        told = _told(path, error)
        raise ConfigurationError(*dict.fromkeys((*before, *told))) from None
    except SystemExit as error:
        what = "ends the program: a configuration only defines `config`"
        raise ConfigurationError(Problem(where=_line_in(path, error), what=what)) from None
    finally:
        _catalog.reset(tokens[0])
        _made.reset(tokens[1])
    system = names.get("config")
    if not isinstance(system, System):
        raise ConfigurationError(
            Problem(where=str(path), what="does not define `config`, a System")
        )
    if system.problems.found:
        raise ConfigurationError(*system.problems.found)
    return system


def _no_file(path: Path) -> Problem:
    if path.is_dir():
        what, remedy = "is a folder, not a configuration", "give the Python file in it"
    elif path.exists():
        what, remedy = "is not a file", ""
    else:
        what, remedy = "there is no such file", "`liminix-gen init` writes a first one"
    return Problem(where=str(path), what=what, remedy=remedy)


def _told(path: Path, error: Exception) -> tuple[Problem, ...]:
    """Return an exception of a user's file as problems."""
    if isinstance(error, LiminixGenError):
        return error.problems
    if isinstance(error, SyntaxError):
        where = Where(Path(error.filename or path), error.lineno or 1)
        return (Problem(where=where, what=f"syntax error: {error.msg}"),)
    # What a value of ours refuses is said in a sentence, with no need for the exception's name.
    what = str(error) if is_refusal(error) else f"{type(error).__name__}: {error}"
    return (Problem(where=_line_in(path, error), what=what),)


def _line_in(path: Path, error: BaseException) -> Where:
    """Return the deepest line of the user's own file in an error's traceback."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.lineno is not None and Path(frame.filename).resolve() == path.resolve()
    ]
    return Where(path, lines[-1] if lines else 1)
