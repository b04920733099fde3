"""Finds service types and boards: the built-in ones and a user's own folders of the same shape.

``modules/A/B/module.py`` holds the service type ``a.b``; ``devices/NAME/device.py`` the board
``name`` (``_`` in a folder is ``-`` in a board's name). Nothing is imported before it is asked for.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import ModuleType

import attrs
from attrs import frozen

from liminix_gen.errors import ConfigurationError, Problem, suggestion
from liminix_gen.model.device import Device
from liminix_gen.model.service import Service


def share_folder() -> Path:
    """Return the folder that holds modules/, devices/, packages/ and templates/.

    In a wheel that is ``liminix_gen/share``, in a checkout its top.
    """
    installed = Path(__file__).parent / "share"
    return installed if installed.is_dir() else Path(__file__).parent.parent


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
                    why=suggestion(name, self.devices),
                    remedy="`liminix-gen devices` lists them",
                )
            )
        folder = self.devices[name]
        module = _load(folder / "device.py", self.device_folders, "devices")
        device = getattr(module, "device", None)
        if not isinstance(device, Device):
            raise ConfigurationError(
                Problem(where=str(folder / "device.py"), what="does not define `device`, a Device")
            )
        return attrs.evolve(device, name=name)


_loaded: dict[Path, type[Service]] = {}


def _service_type(name: str, folder: Path, roots: tuple[Path, ...]) -> type[Service]:
    if folder not in _loaded:
        module = _load(folder / "module.py", roots, "modules")
        classes = [
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, Service)
            and value.__module__ == module.__name__
        ]
        if len(classes) != 1:
            raise ConfigurationError(
                Problem(
                    where=str(folder / "module.py"),
                    what=f"must define one service type, not {len(classes)}",
                )
            )
        classes[0].TYPE = name
        _loaded[folder] = classes[0]
    return _loaded[folder]


def _load(file: Path, roots: tuple[Path, ...], kind: str) -> ModuleType:
    """Import a file below one of ``roots``, so that relative imports within the root work."""
    root = max((root for root in roots if file.is_relative_to(root)), key=lambda r: len(r.parts))
    package = f"liminix_gen_{kind}_{_root_number(root)}"
    if package not in sys.modules:
        top = ModuleType(package)
        top.__path__ = [str(root)]
        sys.modules[package] = top
    return importlib.import_module(
        ".".join((package, *file.relative_to(root).with_suffix("").parts))
    )


_roots: list[Path] = []


def _root_number(root: Path) -> int:
    if root not in _roots:
        _roots.append(root)
    return _roots.index(root)
