"""What a user's file works with, and the loading of that file."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import NoReturn, TypeVar, cast

import attrs
from attrs import frozen

from liminix_gen.catalog import Catalog, is_project
from liminix_gen.definitions import network_interfaces_of
from liminix_gen.errors import (
    ConfigurationError,
    DefinitionError,
    LiminixGenError,
    Problem,
    Where,
    described,
    suggestion,
)
from liminix_gen.model import options
from liminix_gen.model.device import CrossSystem, Device, Root
from liminix_gen.model.invalid import invalid_service
from liminix_gen.model.kernel import KernelBuild
from liminix_gen.model.options import Option, TableOption
from liminix_gen.model.root import ROOT_SYMBOLS
from liminix_gen.model.service import Service, references, services_in
from liminix_gen.model.values import HOST_NAME, ListOf, ValueType, plain_text
from liminix_gen.recording import Listed, Problems, Table, caller, is_refusal, is_written, line_in
from liminix_gen.service_types import ServiceNames, ServiceTypes

V = TypeVar("V")

# How to say what an assignment does not.
_ASSIGNED = {
    "device": 'it is given to System: System(device="NAME")',
    "hostname": 'it is given to System: System(device=..., hostname="NAME")',
    "kernel": 'config.kernel.config["SYMBOL"] = "y", config.kernel.modules = "all"',
}
# What nothing else of a configuration refers to.
_REFERRED_BY_NONE = frozenset({"console", "device", "hostname", "packages", "trial_seconds"})


class Settings:
    """Attributes that a user assigns; a wrong name or value is noted with the user's line."""

    def __init__(
        self, name: str, problems: Problems, where: Where, settable: Iterable[Option[object]]
    ) -> None:
        """End the making of the object: from here on assignments are the user's."""
        for option in settable:
            setattr(self, _last(option), _start(option, name, problems))
        # What a user meant to assign and did not.
        self._missed: set[str] = set()
        self._name = name
        self._problems = problems
        self._where = where
        self._assigned: dict[str, Where] = {}
        self._settable: Mapping[str, Option[object]] = {_last(one): one for one in settable}

    def __setattr__(self, name: str, value: object) -> None:
        """Check what a user assigns."""
        if "_settable" not in self.__dict__:
            super().__setattr__(name, value)
        elif name in self._settable:
            before = getattr(self, name)
            if value is before and isinstance(before, Listed):
                return  # it was added to with +=
            self._assigned[name] = caller()
            try:
                converted = self._settable[name].type.convert(value)
                if isinstance(before, Listed):
                    before.replace(cast("tuple[str, ...]", converted))
                else:
                    super().__setattr__(name, converted)
            except ValueError as error:
                self._refuse(name, f"{self._name}.{name} {error}", self._settable[name].hint(value))
        elif isinstance(getattr(self, name, None), Table):
            what = f"{self._name}.{name} cannot be assigned as a whole"
            self._refuse(name, what, f"{self._name}.{name}.update(...) adds to it")
        elif hasattr(self, name):
            self._refuse(name, f"{self._name}.{name} cannot be assigned", _ASSIGNED.get(name, ""))
        else:
            hint = suggestion(name, self._settable)
            self._refuse(name, f"{self._name} has no {name!r}", hint)

    def _refuse(self, name: str, what: str, hint: str = "") -> None:
        self._missed.add(name)
        self._problems.note(caller(), what, hint=hint)

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
        self.config = _table(options.KERNEL_SYMBOLS, problems)
        super().__init__("config.kernel", problems, where, (options.KERNEL_MODULES,))


class Ports(Mapping[str, Service]):
    """The network interfaces of a board; an unknown one is noted, and the file goes on."""

    def __init__(self, board: Device, services: Mapping[str, Service], problems: Problems) -> None:
        self._board = board
        self._services = services
        self._problems = problems

    def __getitem__(self, name: str) -> Service:
        if name in self._services:
            return self._services[name]
        where = caller()
        if self._board is _UNKNOWN:
            return invalid_service(where)
        known = ", ".join(self._services) or "none"
        self._problems.note(
            where,
            f"the device {self._board.name} has no network interface {name!r}",
            hint=suggestion(str(name), self._services) or f"it has {known}",
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


# Stands for a board that could not be loaded, so that the rest of a configuration is checked too.
_UNKNOWN = Device(
    description="",
    cross=CrossSystem(config="arm-unknown-linux"),
    kernel=KernelBuild(architecture="arm", image="none"),
    console="",
    roots={type_: Root(device="?", erase_block_bytes=1) for type_ in ROOT_SYMBOLS},
    network_interfaces=lambda _service: {},
)


def _last(option: Option[object]) -> str:
    return option.name.rpartition(".")[2]


def _start(option: Option[object], name: str, problems: Problems) -> object:
    """Return what an attribute of the settings with that name is before it is assigned."""
    if not isinstance(option.type, ListOf):
        return option.default
    element = cast("ValueType[str]", option.type.inner)
    return Listed(f"{name}.{_last(option)}", element, problems)


def _table(option: TableOption[V], problems: Problems) -> Table[V]:
    name, example = f"config.{option.name}", option.assignment
    return Table(name, option.keys, option.type.convert, problems, example)


class System(Settings):
    """A router as its owner describes it; see docs/configuration.md."""

    console: str | None
    packages: Listed
    root: str | None
    state: str | None
    trial_seconds: int

    def __init__(self, device: str | None, hostname: str = "liminix") -> None:
        """Start the description of a router on a board."""
        self.where = caller()
        self.problems = Problems()
        self.catalog = _catalog.get() or Catalog.of()
        if (made := _made.get()) is not None:
            made.append(self)
        self.hostname = self.problems.checked(
            HOST_NAME, hostname, "hostname", "liminix", caller("hostname", 1)
        )
        self.device = self._device(device, caller("device", 0))
        self.types = ServiceTypes(self.catalog, self.problems)
        self.service = ServiceNames(self.types)
        self.services = _table(options.SERVICES, self.problems)
        self.kernel = Kernel(self.problems, self.where)
        self.users = _table(options.USERS, self.problems)
        self.groups = _table(options.GROUPS, self.problems)
        self.files = _table(options.FILES, self.problems)
        self.sysctl = _table(options.SYSCTL, self.problems)
        self.hosts = _table(options.HOSTS, self.problems)
        interfaces = self._interfaces()
        self.hardware = Hardware(Ports(self.device, interfaces, self.problems))
        settable = options.settings(self.device.roots)
        super().__init__("config", self.problems, self.where, settable)

    def _device(self, name: object, where: Where) -> Device:
        """Load a board; if that fails, the rest is checked with one that stands for any."""
        if name is None:
            self.problems.note(where, "has no device", hint="`liminix-gen devices` lists them")
            return _UNKNOWN
        try:
            return self.catalog.device(plain_text(name) or str(name))
        except ConfigurationError as error:
            asker = f"for the device of {where}"
            self.problems.add(
                *(
                    attrs.evolve(one, why=one.why or asker)
                    if one.where
                    else attrs.evolve(one, where=where)
                    for one in error.problems
                )
            )
            return _UNKNOWN

    def _interfaces(self) -> Mapping[str, Service]:
        if self.device is _UNKNOWN:
            return {}
        try:
            return network_interfaces_of(self.device, self.service, self.catalog, self.where)
        except DefinitionError as error:
            self.problems.add(*error.problems)
            self.device = _UNKNOWN
            return {}

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing that another thing may refer to, for all that is wrong."""
        if self.device is _UNKNOWN or not self._missed <= _REFERRED_BY_NONE:
            return False
        if any(one.lacks_some for one in (self.services, self.users, self.groups, self.files)):
            return False
        # What is made of values that do not go together need not be anything.
        if self.types.refused:
            return False
        hashes = [user.password_hash for user in self.users.values()]
        waiting = [*self.services.values(), *self.types.built, *services_in(hashes)]
        seen = set(waiting)
        while waiting:
            one = waiting.pop()
            if one.STANDS_FOR_ANY:
                return False
            others = {*references(one), *one.dependencies} - seen
            seen |= others
            waiting += others
        return True


_catalog: ContextVar[Catalog | None] = ContextVar("catalog", default=None)
# Every System that the file at hand has made, so that an exception loses none of their problems.
_made: ContextVar[list[System] | None] = ContextVar("made", default=None)


@contextmanager
def as_configuration(catalog: Catalog) -> Generator[None]:
    """Have every System that is made take service types and boards from a catalog."""
    token = _catalog.set(catalog)
    try:
        yield
    finally:
        _catalog.reset(token)


def load(path: Path, catalog: Catalog) -> System:
    """Run a user's file and return the ``config`` it defines.

    Raises ConfigurationError with every mistake that was found.
    """
    system = read(path, catalog)
    if system.problems.found:
        raise ConfigurationError(*system.problems.found)
    return system


def refuse_partial(system: System) -> None:
    """Raise ConfigurationError if the mistakes of a system leave nothing to plan."""
    if system.problems.found and not system.is_whole:
        raise ConfigurationError(*system.problems.found)


def read(path: Path, catalog: Catalog) -> System:
    """Run a user's file and return the ``config`` it defines.

    Its mistakes are in its ``problems``. Raises ConfigurationError with every one if it cannot be
    planned for them.
    """
    if not path.is_file():
        raise ConfigurationError(_no_file(path))
    made: list[System] = []
    token = _made.set(made)
    try:
        with as_configuration(catalog), _apart():
            names = runpy.run_path(str(path), run_name="liminix_gen_configuration")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  whatever a user's file raises is theirs to see
        before = [problem for system in made for problem in system.problems.found]
        raise ConfigurationError(*dict.fromkeys((*before, *_problems(path, error)))) from None
    finally:
        _made.reset(token)
    system = names.get("config")
    if not isinstance(system, System):
        before = [problem for system in made for problem in system.problems.found]
        what, hint = "does not define `config`, a System", 'config = System(device="qemu-mipsel")'
        raise ConfigurationError(*before, Problem(where=str(path), what=what, hint=hint))
    refuse_partial(system)
    return system


def _no_file(path: Path) -> Problem:
    if path.is_dir():
        what, hint = "is a folder, not a configuration", "give the Python file in it"
    elif path.exists():
        what, hint = "is not a file", ""
    else:
        what, hint = "there is no such file", "`liminix-gen init` writes one to start from"
    return Problem(where=str(path), what=what, hint=hint)


@contextmanager
def _apart() -> Generator[None]:
    """Keep what a configuration prints, and where it goes, from the program that runs it."""
    folder, kept = os.open(".", os.O_PATH), {number: os.dup(number) for number in (1, 2)}
    limit, stderr = sys.getrecursionlimit(), sys.stderr
    leave, process = os._exit, os.getpid()

    def end(status: int) -> NoReturn:
        if os.getpid() != process:  # a child of the configuration
            leave(status)
        raise SystemExit(status)

    def end_of_child(status: object) -> None:
        if os.getpid() != process:
            leave(status if isinstance(status, int) else int(status is not None))

    sys.stdout.flush()
    try:
        os._exit = end
        os.dup2(2, 1)
        printed = os.fdopen(os.dup(2), "w", buffering=1, errors="backslashreplace")
        with printed, redirect_stdout(printed):
            yield
        end_of_child(0)
    except BaseException as error:
        end_of_child(error.code if isinstance(error, SystemExit) else 1)
        raise
    finally:
        os._exit = leave
        sys.setrecursionlimit(limit)
        sys.stderr = stderr
        with suppress(OSError):
            for number, copy in kept.items():
                os.dup2(copy, number)
                os.close(copy)
            os.fchdir(folder)
            os.close(folder)


def _problems(path: Path, error: BaseException) -> tuple[Problem, ...]:
    """Return an exception of a user's file as problems."""
    if isinstance(error, LiminixGenError):
        return error.problems
    if isinstance(error, SyntaxError) and error.filename:
        where = Where(Path(error.filename), error.lineno or 1)
        return (Problem(where=where, what=f"syntax error: {error.msg}"),)
    line = line_in(error, lambda file: is_written(file) and not is_project(file))
    if isinstance(error, SystemExit):
        what = "ends the program: a configuration only defines `config`"
    else:
        # What a value of the model refuses is said in a sentence: the exception has no name to it.
        what = str(error) if is_refusal(error) else described(error)
    return (Problem(where=line or Where(path, 1), what=what),)
