"""Finds service types, boards and images: the built-in ones, and a user's own folders.

``modules/A/B/module.py`` holds the service type ``a.b``; ``devices/NAME/device.py`` the board
``name``, ``outputs/NAME/output.py`` the image ``name`` (``_`` in a folder is ``-`` in such a name).
Nothing is imported before it is asked for.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property, partial
from hashlib import sha256
from pathlib import Path
from types import CodeType, ModuleType
from typing import TypeVar, cast

import attrs
from attrs import frozen

from liminix_gen.errors import (
    ConfigurationError,
    DefinitionError,
    Problem,
    Where,
    described,
    suggestion,
)
from liminix_gen.model import output
from liminix_gen.model.device import Device
from liminix_gen.model.example import refuse_wrong_example
from liminix_gen.model.kernel import KernelNeeds
from liminix_gen.model.memory import mistakes
from liminix_gen.model.output import Image
from liminix_gen.model.parameter import Parameter, parameters_of, undeclared
from liminix_gen.model.root import needs_preinit
from liminix_gen.model.service import Example, Output, Service
from liminix_gen.model.values import twice
from liminix_gen.recording import is_refusal, is_written, line_in, standing_at

T = TypeVar("T")


@cache
def share_folder() -> Path:
    """Return the folder that holds modules/, devices/, outputs/, packages/ and templates/.

    In a wheel that is ``liminix_gen/share``, in a checkout its top.
    """
    installed = Path(__file__).parent / "share"
    return installed if installed.is_dir() else Path(__file__).parent.parent


def is_project(path: Path | str) -> bool:
    """Say whether a service type, a board or an image is of liminix-gen itself."""
    share = share_folder()
    return any(
        Path(path).is_relative_to(share / kind) for kind in ("modules", "devices", "outputs")
    )


def users(*lines: Where | None) -> Where | None:
    """Return the first line that is not of a service type or board of liminix-gen itself."""
    given = [line for line in lines if line is not None]
    return next((line for line in given if not is_project(line.path)), given[0] if given else None)


def text_of(file: Path) -> str:
    """Return the text that an author wrote. Raises DefinitionError."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        raise DefinitionError(Problem(str(file), str(what))) from None


@contextmanager
def authored(home: Callable[[], Where], why: Callable[[], str] = str) -> Generator[None]:
    """Run what the author of a service type or a board wrote; ``why`` says what for.

    What it raises is a DefinitionError at the author's line, or at ``home`` if it has none. What
    liminix-gen's own types raise passes: it is a fault of liminix-gen. Both are asked only then.
    What is built there was written there, also if the configuration is data.
    """
    try:
        with standing_at(None):
            yield
    except (KeyboardInterrupt, ConfigurationError):
        raise
    except BaseException as error:  # whatever an author's code raises is the author's to see
        if isinstance(error, SyntaxError) and error.filename:
            where = Where(Path(error.filename), error.lineno or 1)
            what = f"syntax error: {error.msg}"
        else:
            where = line_in(error, lambda file: is_written(file) and not is_project(file)) or home()
            what = str(error) if is_refusal(error) else described(error)
        if is_project(where.path):
            raise
        raise DefinitionError(Problem(where, what, why())) from None


def home_of(cls: type, method: str = "") -> Where:
    """Return the line where an author's class begins, or a method of it."""
    file = file_of(cls)
    return home_of_function(vars(cls).get(method)) or Where(
        file, line_of(file, rf"class {cls.__name__}\b")
    )


def file_of(cls: type) -> Path:
    """Return the file of an author's class."""
    return Path(str(getattr(sys.modules.get(cls.__module__), "__file__", None) or "<unknown>"))


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
    """The service types, boards and images of some folders; a later folder wins."""

    module_folders: tuple[Path, ...]
    device_folders: tuple[Path, ...]
    output_folders: tuple[Path, ...] = ()

    @staticmethod
    def of(
        modules: tuple[Path, ...] = (),
        devices: tuple[Path, ...] = (),
        outputs: tuple[Path, ...] = (),
    ) -> Catalog:
        """Make the catalog of the built-in folders and these; each must exist."""
        for folder in (*modules, *devices, *outputs):
            if not folder.is_dir():
                raise ConfigurationError(Problem(where=str(folder), what="is not a folder"))
        for kind, file, given in (
            ("modules", "module.py", modules),
            ("devices", "device.py", devices),
            ("outputs", "output.py", outputs),
        ):
            for folder in given:
                if (folder / file).is_file():
                    what, name = f"holds {file} itself", folder.resolve().name
                    hint = f"give the folder that {name} is in: --{kind} {folder.parent}"
                    raise ConfigurationError(Problem(str(folder), what, "", hint))
        own = _project()
        if not (modules or devices or outputs):
            return own
        return Catalog(
            (*own.module_folders, *(folder.resolve() for folder in modules)),
            (*own.device_folders, *(folder.resolve() for folder in devices)),
            (*own.output_folders, *(folder.resolve() for folder in outputs)),
        )

    @cached_property
    def service_types(self) -> Mapping[str, Path]:
        """The folder of each service type, by its name."""
        found: dict[str, Path] = {}
        for root in self.module_folders:
            for folder in _with_modules(root):
                found[".".join(folder.relative_to(root).parts)] = folder
        return dict(sorted(found.items()))

    @cached_property
    def devices(self) -> Mapping[str, Path]:
        """The folder of each board, by its name."""
        return _named(self.device_folders, "device.py")

    @cached_property
    def outputs(self) -> Mapping[str, Path]:
        """The folder of each image, by its name."""
        return _named(self.output_folders, "output.py")

    def service_type(self, name: str) -> type[Service]:
        """Load a service type; KeyError if there is none of this name."""
        folder = self.service_types[name]
        return _service_type(name, folder, _root_of(folder, self.module_folders))

    @cached_property
    def built_in(self) -> Catalog:
        """What is of liminix-gen itself, without a user's own."""
        own = Catalog(self.module_folders[:1], self.device_folders[:1], self.output_folders[:1])
        return self if own == self else own

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
        file = self.devices[name] / "device.py"
        device = _stated(file, self.device_folders, "devices", Device)
        problems = [
            _unknown(one, f"there is no output {one!r}", self.outputs, file)
            for one in device.outputs
            if one not in self.outputs
        ]
        if problems:
            raise DefinitionError(*problems)
        offered = ("squashfs", *device.roots, *device.outputs)
        images = output.whole(offered, device.traits(*device.roots), self.image)
        device = attrs.evolve(device, name=name, images=images, folder=file.parent)
        _check_facts(device, file)
        return device

    def image(self, name: str) -> Image:
        """Load an image; KeyError if there is none of this name."""
        file = self.outputs[name] / "output.py"
        image = _stated(file, self.output_folders, "outputs", Image)
        if not (file.parent / "output.nix").is_file():
            raise DefinitionError(Problem(Where(file, 1), "there is no output.nix beside it"))
        for other in image.taken(image.made_for):
            if other not in self.outputs:
                what = f"there is no output {other!r}"
                raise DefinitionError(_unknown(other, what, self.outputs, file))
        return attrs.evolve(image, name=name, folder=file.parent)


@cache
def _project() -> Catalog:
    """Return what is of liminix-gen itself; its folders are looked through once."""
    share = share_folder()
    return Catalog((share / "modules",), (share / "devices",), (share / "outputs",))


def _with_modules(root: Path) -> Iterator[Path]:
    """Yield the folders below one that have a module.py, also behind links; not hidden ones."""
    seen: set[str] = set()
    for path, folders, files in os.walk(root, followlinks=True):
        if (real := os.path.realpath(path)) in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        if "module.py" in files:
            yield Path(path)


def _named(roots: Iterable[Path], file: str) -> Mapping[str, Path]:
    """Return the folders that have a file, by name; those of a later root win."""
    found = {
        one.parent.name.replace("_", "-"): one.parent
        for root in roots
        for one in sorted(root.glob(f"*/{file}"))
    }
    return dict(sorted(found.items()))


def _stated(file: Path, roots: tuple[Path, ...], kind: str, cls: type[T]) -> T:
    """Return what a file states under its own name: a Device, or an Image."""
    name = file.stem
    stated = getattr(_load(file, _root_of(file, roots), kind), name, None)
    if not isinstance(stated, cls):
        what = f"does not define `{name}`, {'an' if cls is Image else 'a'} {cls.__name__}"
        raise DefinitionError(Problem(Where(file, line_of(file, rf"^{name}\b")), what))
    return stated


def _check_facts(device: Device, file: Path) -> None:
    """Refuse images that there are not, and facts that an image does not ask for."""
    problems = [
        Problem(Where(file, line_of(file, rf"\b{re.escape(word)}\b")), what, hint=hint)
        for word, what, hint in output.mistakes(device)
    ]
    if any(needs_preinit(type_, root.device) for type_, root in device.roots.items()):
        problems += [
            Problem(
                Where(file, line_of(file, re.escape(root.device))),
                f"the root {type_} is found by PARTUUID, which the kernel alone knows",
                "another root of the board needs preinit, which then mounts each of them",
                "name the device: /dev/mmcblk0p2",
            )
            for type_, root in device.roots.items()
            if root.device.startswith("PARTUUID=")
        ]
    if device.default_output not in (*device.outputs, "squashfs", *device.roots):
        what = f"default_output {device.default_output!r} is not an output of the board"
        problems.append(_unknown(device.default_output, what, device.outputs, file))
    if device.own_tree is None and (trees := sorted(file.parent.glob("*.dts"))):
        what = f"{trees[0].name} is not the device tree of the board, or cannot be read"
        hint = f'device_tree="{trees[0].with_suffix(".dtb").name}" in its KernelBuild'
        problems.append(Problem(Where(file, line_of(file, r"\bdevice_tree\b")), what, hint=hint))
    if device.tftp is not None:
        load = device.boot.load if device.boot else None
        where = Where(file, line_of(file, r"\btftp\b"))
        found = mistakes(device.tftp, load, device.kernel.architecture)
        problems += [Problem(where, f"tftp: {what}") for what in found]
    packages = [path.name for path in (share_folder() / "packages").glob("*-firmware")]
    problems += [
        _unknown(name, f"there is no firmware {name!r}", packages, file)
        for name in device.boot_firmware
        if name not in packages
    ]
    if problems:
        raise DefinitionError(*problems)


def _unknown(word: str, what: str, known: Iterable[str], file: Path) -> Problem:
    """Say that a word of a file is not one of those that are known."""
    where = Where(file, line_of(file, rf"\b{re.escape(word)}\b"))
    return Problem(where, what, hint=suggestion(word, known) or output.choice(known))


@cache
def _service_type(name: str, folder: Path, root: Path) -> type[Service]:
    file = folder / "module.py"
    module = _load(file, root, "modules")
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
    with authored(partial(home_of, classes[0])):
        problems = tuple(_mistakes(classes[0]))
    if problems:
        raise DefinitionError(*problems)
    classes[0].TYPE = name
    return classes[0]


def _mistakes(cls: type[Service]) -> Iterator[Problem]:
    """Yield what is wrong with the declarations of a service type."""
    if "__attrs_attrs__" not in vars(cls):
        yield Problem(home_of(cls), f"the class {cls.__name__} lacks the decorator @service_type")
    for name in sorted(vars(cls).keys() & _FIXED):
        # What attrs made stands in another file, or in none.
        if (where := home_of_function(vars(cls)[name])) is None or where.path == file_of(cls):
            yield _declared(cls, name, "is the same for every service type")
    outputs = cast("object", cls.OUTPUTS)
    if not isinstance(outputs, tuple | list) or not all(
        isinstance(one, Output) for one in cast("tuple[object, ...]", outputs)
    ):
        yield _declared(cls, "OUTPUTS", f"must be a tuple of Output, not {outputs!r}")
    elif doubled := twice(one.name for one in cls.OUTPUTS):
        yield _declared(cls, "OUTPUTS", f"has {min(doubled)!r} twice")
    kernel = cast("object", cls.KERNEL)
    if not isinstance(kernel, KernelNeeds):
        yield _declared(cls, "KERNEL", f"must be a KernelNeeds, not {kernel!r}")
    yield from _mistakes_of_example(cls)
    for one in undeclared(cls, Service):
        yield _declared(cls, one, "must be made by parameter(), or be a ClassVar")
    for declared in parameters_of(cls):
        if what := _mistake_of(declared, home_of(cls)):
            line = line_of(file_of(cls), rf"^\s+{declared.name}\s*[:=]")
            yield Problem(Where(file_of(cls), line), what)
    if cls.parts is Service.parts:
        yield Problem(home_of(cls), f"the class {cls.__name__} lacks the method parts()")


def _mistakes_of_example(cls: type[Service]) -> Iterator[Problem]:
    example = cast("object", cls.EXAMPLE)
    if not isinstance(example, Example | None):
        yield _declared(cls, "EXAMPLE", f"must be an Example, or None, not {example!r}")
    elif example is not None:
        known = [one.name for one in parameters_of(cls)]
        for name in example.parameters:
            if name not in known:
                hint = suggestion(name, known) or f"its parameters are {', '.join(known) or 'none'}"
                yield _declared(cls, "EXAMPLE", f"shows {name!r}, which is no parameter", hint)


def _mistake_of(parameter: Parameter, where: Where) -> str:
    name = parameter.name
    if name.startswith("_"):
        return f"a parameter cannot be named {name!r}: build() takes no '_'"
    if name in _TAKEN:
        return f"a parameter cannot be named {name!r}: every service has one"
    try:
        refuse_wrong_example(parameter, where)
    except ValueError as error:
        return f"the example of {name} {error}"
    return ""


def _declared(cls: type[Service], name: str, what: str, hint: str = "") -> Problem:
    file = file_of(cls)
    line = line_of(file, rf"^\s+(?:def\s+)?{name}\s*[(:=]")
    return Problem(Where(file, line), f"{name} {what}", hint=hint)


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


# What a folder may be called: it is part of a path of Nix.
_NAME = re.compile("[A-Za-z0-9_+-]+")
_RESERVED = {"modules": (), "devices": ("families",), "outputs": ("default", "system")}


def _root_of(path: Path, roots: tuple[Path, ...]) -> Path:
    return max((root for root in roots if path.is_relative_to(root)), key=lambda r: len(r.parts))


def _load(file: Path, root: Path, kind: str) -> ModuleType:
    """Import a file below ``root``, so that relative imports within the root work."""
    # Of a name that differs between roots, and holds no dot.
    package = f"liminix_gen_{kind}_{sha256(os.fsencode(root)).hexdigest()[:12]}"
    if package not in sys.modules:
        top = ModuleType(package)
        # What a copy of the project's imports is found there, if it is not beside the copy.
        top.__path__ = [str(one) for one in dict.fromkeys((root, share_folder() / kind))]
        sys.modules[package] = top
    names = file.relative_to(root).with_suffix("").parts
    for name in names[:-1]:
        if not _NAME.fullmatch(name) or name in _RESERVED[kind]:
            what = f"the folder {name!r} cannot be a name"
            others = "".join(f"; {word!r} is liminix-gen's own" for word in _RESERVED[kind])
            hint = f"names have letters from a to z, digits, _ and -{others}"
            raise DefinitionError(Problem(Where(file, 1), what, hint=hint))
    with authored(partial(Where, file, 1)):
        return importlib.import_module(".".join((package, *names)))
