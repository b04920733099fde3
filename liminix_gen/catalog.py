"""Finds service types and boards: the built-in ones and a user's own folders of the same shape.

``modules/A/B/module.py`` holds the service type ``a.b``; ``devices/NAME/device.py`` the board
``name`` (``_`` in a folder is ``-`` in a board's name). Nothing is imported before it is asked for.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from types import CodeType, ModuleType
from typing import cast

import attrs
from attrs import frozen

from liminix_gen.errors import (
    ConfigurationError,
    DefinitionError,
    Problem,
    Where,
    suggestion,
    told,
)
from liminix_gen.model.device import Device
from liminix_gen.model.kernel import KernelNeeds
from liminix_gen.model.memory import mistakes
from liminix_gen.model.parameter import parameters_of
from liminix_gen.model.service import Output, Service
from liminix_gen.recording import is_refusal, is_written, line_in


def share_folder() -> Path:
    """Return the folder that holds modules/, devices/, outputs/, packages/ and templates/.

    In a wheel that is ``liminix_gen/share``, in a checkout its top.
    """
    installed = Path(__file__).parent / "share"
    return installed if installed.is_dir() else Path(__file__).parent.parent


def is_project(path: Path | str) -> bool:
    """Say whether a service type or a board is of liminix-gen itself."""
    share = share_folder()
    return Path(path).is_relative_to(share / "modules") or Path(path).is_relative_to(
        share / "devices"
    )


def users(*lines: Where | None) -> Where | None:
    """Return the first line that is not of a service type or board of liminix-gen itself."""
    given = [line for line in lines if line is not None]
    return next((line for line in given if not is_project(line.path)), given[0] if given else None)


@contextmanager
def authored(home: Where, why: str = "") -> Generator[None]:
    """Run what the author of a service type or a board wrote; ``why`` says what for.

    What it raises is a DefinitionError at the author's line, or at ``home`` where it has none. What
    liminix-gen's own types raise passes: it is a fault of liminix-gen.
    """
    try:
        yield
    except (KeyboardInterrupt, ConfigurationError):
        raise
    except BaseException as error:  # whatever an author's code raises is the author's to see
        if isinstance(error, SyntaxError) and error.filename:
            where = Where(Path(error.filename), error.lineno or 1)
            what = f"syntax error: {error.msg}"
        else:
            where = line_in(error, lambda file: is_written(file) and not is_project(file)) or home
            what = str(error) if is_refusal(error) else told(error)
        if is_project(where.path):
            raise
        raise DefinitionError(Problem(where, what, why)) from None


def home_of(cls: type, method: str = "") -> Where:
    """Return the line where an author's class begins, or a method of it."""
    file = Path(str(getattr(sys.modules.get(cls.__module__), "__file__", None) or "<unknown>"))
    return home_of_function(vars(cls).get(method)) or Where(
        file, line_of(file, rf"class {cls.__name__}\b")
    )


def home_of_function(function: object) -> Where | None:
    """Return the line where a function begins, if it is one of Python."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return None
    return Where(Path(code.co_filename), code.co_firstlineno)


@cache
def line_of(file: Path, pattern: str) -> int:
    """Return the number of the first line of a file that has a pattern, else 1."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return 1
    return next((n for n, line in enumerate(lines, 1) if re.search(pattern, line)), 1)


@frozen(slots=False)
class Catalog:
    """The service types and boards of some folders; a later folder wins over an earlier one."""

    module_folders: tuple[Path, ...]
    device_folders: tuple[Path, ...]

    @staticmethod
    def of(modules: tuple[Path, ...] = (), devices: tuple[Path, ...] = ()) -> Catalog:
        """Make the catalog of the built-in folders and these; each must exist."""
        for folder in (*modules, *devices):
            if not folder.is_dir():
                raise ConfigurationError(Problem(where=str(folder), what="is not a folder"))
        for kind, file in (("modules", "module.py"), ("devices", "device.py")):
            for folder in modules if kind == "modules" else devices:
                if (folder / file).is_file():
                    what, name = f"holds {file} itself", folder.resolve().name
                    hint = f"give the folder that {name} is in: --{kind} {folder.parent}"
                    raise ConfigurationError(Problem(str(folder), what, "", hint))
        share = share_folder()
        return Catalog(
            (share / "modules", *(folder.resolve() for folder in modules)),
            (share / "devices", *(folder.resolve() for folder in devices)),
        )

    @cached_property
    def service_types(self) -> Mapping[str, Path]:
        """The folder of each service type, by its name."""
        found: dict[str, Path] = {}
        for root in self.module_folders:
            for file in sorted(root.rglob("module.py")):
                found[".".join(file.parent.relative_to(root).parts)] = file.parent
        return dict(sorted(found.items()))

    @cached_property
    def devices(self) -> Mapping[str, Path]:
        """The folder of each board, by its name."""
        found: dict[str, Path] = {}
        for root in self.device_folders:
            for file in sorted(root.glob("*/device.py")):
                found[file.parent.name.replace("_", "-")] = file.parent
        return dict(sorted(found.items()))

    def service_type(self, name: str) -> type[Service]:
        """Load a service type; KeyError if there is none of this name."""
        return _service_type(name, self.service_types[name], self.module_folders)

    def device(self, name: str) -> Device:
        """Load a board; an unknown name is a ConfigurationError with the nearest ones."""
        if name not in self.devices:
            raise ConfigurationError(
                Problem(
                    where=None,
                    what=f"there is no device {name!r}",
                    hint=suggestion(name, self.devices) or "`liminix-gen devices` lists them",
                )
            )
        folder = self.devices[name]
        file = folder / "device.py"
        module = _load(file, self.device_folders, "devices")
        device = getattr(module, "device", None)
        if not isinstance(device, Device):
            what = "does not define `device`, a Device"
            raise DefinitionError(Problem(Where(file, line_of(file, r"^device\b")), what))
        _check_facts(device, file)
        return attrs.evolve(device, name=name)


def _check_facts(device: Device, file: Path) -> None:
    """Refuse images that there are not, and facts that an image does not ask for."""
    problems: list[Problem] = []

    def note(word: str, what: str, known: Iterable[str]) -> None:
        known = sorted(known)
        where = Where(file, line_of(file, rf"\b{re.escape(word)}\b"))
        hint = suggestion(word, known) or f"there are {', '.join(known) or 'none'}"
        problems.append(Problem(where, what, hint=hint))

    images = (share_folder() / "outputs").glob("*/output.nix")
    outputs = {path.parent.name.replace("_", "-"): path for path in images}
    for output, facts in device.outputs.items():
        if output not in outputs:
            note(output, f"there is no output {output!r}", outputs)
            continue
        taken = _facts(outputs[output])
        for fact in sorted(facts.keys() - taken.keys()):
            note(fact, f"the output {output} takes no {fact!r}", taken)
        for fact in sorted(name for name in taken.keys() - facts.keys() if taken[name]):
            note(output, f"the output {output} lacks {fact!r}", taken)
    if device.default_output not in (*device.outputs, "squashfs", *device.roots):
        what = f"default_output {device.default_output!r} is none of the board's outputs"
        note(device.default_output, what, device.outputs)
    if device.tftp is not None:
        load = device.boot.load if device.boot else None
        where = Where(file, line_of(file, r"\btftp\b"))
        found = mistakes(device.tftp, load, device.kernel.architecture)
        problems += [Problem(where, f"tftp: {what}") for what in found]
    packages = [path.name for path in (share_folder() / "packages").glob("*-firmware")]
    for name in device.boot_firmware:
        if name not in packages:
            note(name, f"there is no firmware {name!r}", packages)
    if problems:
        raise DefinitionError(*problems)


def _facts(file: Path) -> Mapping[str, bool]:
    """Return the facts of a board that an image takes, and whether it needs them.

    They are the formals that no package and no other image has the name of.
    """
    text = re.sub(r"/\*.*?\*/|#[^\n]*", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    head = text.partition("{")[2].partition("}:")[0]
    formals = {name.strip(): not default for name, default, _ in _split(head)}
    return {name: needed for name, needed in formals.items() if _FACT.fullmatch(name)}


def _split(formals: str) -> Iterator[tuple[str, str, str]]:
    return (one.partition("?") for one in formals.split(","))


_FACT = re.compile(r"(?!buildPackages|commandLine|runCommand|ubiGeometry)[a-z]+[A-Z]\w*")

_loaded: dict[Path, type[Service]] = {}


def _service_type(name: str, folder: Path, roots: tuple[Path, ...]) -> type[Service]:
    if folder not in _loaded:
        file = folder / "module.py"
        module = _load(file, roots, "modules")
        classes = [
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, Service)
            and value.__module__ == module.__name__
        ]
        if len(classes) != 1:
            what = f"must define one service type, not {len(classes)}"
            raise DefinitionError(Problem(Where(file, 1), what))
        with authored(home_of(classes[0])):
            problems = tuple(_mistakes(classes[0]))
        if problems:
            raise DefinitionError(*problems)
        classes[0].TYPE = name
        _loaded[folder] = classes[0]
    return _loaded[folder]


def _mistakes(cls: type[Service]) -> Iterator[Problem]:
    """Yield what is wrong with the declarations of a service type."""
    if "__attrs_attrs__" not in vars(cls):
        yield Problem(home_of(cls), f"the class {cls.__name__} lacks the decorator @service_type")
    for name in sorted(vars(cls).keys() & _FIXED):
        if (where := home_of_function(vars(cls)[name])) is None or where.path == home_of(cls).path:
            yield _declared(cls, name, "is the same for every service type")
    outputs = cast("object", cls.OUTPUTS)
    if not isinstance(outputs, tuple | list) or not all(
        isinstance(one, Output) for one in cast("tuple[object, ...]", outputs)
    ):
        yield _declared(cls, "OUTPUTS", f"must be a tuple of Output, not {outputs!r}")
    elif doubled := {one.name for one in cls.OUTPUTS if cls.OUTPUTS.count(one) > 1}:
        yield _declared(cls, "OUTPUTS", f"has {min(doubled)!r} twice")
    kernel = cast("object", cls.KERNEL)
    if not isinstance(kernel, KernelNeeds):
        yield _declared(cls, "KERNEL", f"must be a KernelNeeds, not {kernel!r}")
    for one in parameters_of(cls):
        where = Where(home_of(cls).path, line_of(home_of(cls).path, rf"^\s+{one.name}\s*[:=]"))
        if one.name.startswith("_"):
            yield Problem(where, f"a parameter cannot be named {one.name!r}: build() takes no '_'")
        elif one.name in _TAKEN:
            yield Problem(where, f"a parameter cannot be named {one.name!r}: every service has one")
        elif not one.required and one.default is not None:
            try:
                one.type.convert(one.default)
            except ValueError as error:
                yield Problem(where, f"the default of {one.name} {error}")


def _declared(cls: type[Service], name: str, what: str) -> Problem:
    file = home_of(cls).path
    line = line_of(file, rf"^\s+(?:def\s+)?{name}\s*[(:=]")
    return Problem(Where(file, line), f"{name} {what}")


# What a service type leaves as it is.
_FIXED = frozenset(
    {
        "STANDS_FOR_ANY",
        "TYPE",
        "__delattr__",
        "__eq__",
        "__getattr__",
        "__getattribute__",
        "__hash__",
        "__init__",
        "__new__",
        "__repr__",
        "__setattr__",
        "default_name",
        "dependencies",
        "is_built",
        "output",
        "publishes",
        "where",
    }
)

# What a parameter would hide.
_TAKEN = frozenset(name for name in dir(Service) if not name.startswith("_"))


def _load(file: Path, roots: tuple[Path, ...], kind: str) -> ModuleType:
    """Import a file below one of ``roots``, so that relative imports within the root work."""
    root = max((root for root in roots if file.is_relative_to(root)), key=lambda r: len(r.parts))
    package = f"liminix_gen_{kind}_{_root_number(root)}"
    if package not in sys.modules:
        top = ModuleType(package)
        top.__path__ = [str(root)]
        sys.modules[package] = top
    names = file.relative_to(root).with_suffix("").parts
    for name in names[:-1]:
        if "." in name:
            what = f"the folder {name!r} cannot be a name: '.' stands between names"
            raise DefinitionError(Problem(Where(file, 1), what))
    with authored(Where(file, 1)):
        return importlib.import_module(".".join((package, *names)))


_roots: list[Path] = []


def _root_number(root: Path) -> int:
    if root not in _roots:
        _roots.append(root)
    return _roots.index(root)
