"""The values of a plan. All sequences are in the order in which they are emitted."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from liminix_gen.errors import Where
from liminix_gen.model.device import Device, Root
from liminix_gen.model.image import File
from liminix_gen.model.kernel import Asked
from liminix_gen.model.output import Image, roots_of, whole
from liminix_gen.model.package_set import PackageSet
from liminix_gen.model.root import READ_ONLY

if TYPE_CHECKING:
    from liminix_gen.plan.requests import Member, Requests


@frozen
class ServiceRef:
    """An atomic service by name, as a parameter of another."""

    name: str


@frozen
class OutputRef:
    """An output of an atomic service, as a parameter of another."""

    service: str
    name: str
    secret: bool = False


@frozen(kw_only=True)
class PlannedSymbol:
    """A kernel symbol, its value as in a .config, and everyone who asked."""

    name: str
    value: str
    asked: tuple[Asked, ...]


@frozen(kw_only=True)
class PlannedLoader:
    """A oneshot that loads kernel modules, for all services of one type."""

    name: str
    modules: tuple[str, ...]
    needs: tuple[str, ...] = ()
    asked: tuple[Asked, ...]


@frozen(kw_only=True)
class PlannedService:
    """An atomic service. ``body`` is the path of its .nix file below modules/."""

    name: str
    type: str
    kind: Literal["oneshot", "longrun"]
    folder: Path
    body: str
    packages: tuple[str, ...]
    parameters: Mapping[str, object]
    needs: tuple[str, ...]
    observes: tuple[str, ...]
    controlled: bool
    up_timeout_ms: int
    down_timeout_ms: int
    outputs: tuple[str, ...]
    asked: Asked


@frozen(kw_only=True)
class PlannedPackage:
    """An on-device package by its nixpkgs name; ``login`` if it is on the login path."""

    name: str
    login: bool
    asked: tuple[Asked, ...]


@frozen(kw_only=True)
class PlannedFile:
    """A file of the image outside the store; owner as numbers."""

    file: File
    uid: int
    gid: int
    asked: Asked


@frozen(kw_only=True)
class PlannedHardware:
    """Chips on PCI or USB that are driven, and hardware whose driver is not in the image."""

    attached: tuple[str, ...]
    left_out: tuple[str, ...]


@frozen(kw_only=True)
class Pruned:
    """Something that was described but that no service of the image refers to."""

    what: str
    asked: Asked


@frozen(kw_only=True)
class Plan:
    """All that an image will hold.

    ``roots`` are the entries of ``config.services``. ``members`` are the services with what each
    asked for, and ``besides`` is what was asked by others: every image, the board, the user by
    name. What is merged of both is in the other fields.
    """

    hostname: str
    state: str | None
    device: Device
    package_set: PackageSet
    console: str
    root_type: str
    root_where: Where
    trial_seconds: int
    kernel_modules: str
    command_line: tuple[str, ...]
    symbols: tuple[PlannedSymbol, ...]
    hardware: PlannedHardware | None
    loaders: tuple[PlannedLoader, ...]
    services: tuple[PlannedService, ...]
    packages: tuple[PlannedPackage, ...]
    files: tuple[PlannedFile, ...]
    ids: Mapping[str, Mapping[str, int]]
    pruned: tuple[Pruned, ...]
    notices: tuple[str, ...]
    roots: tuple[tuple[str, Asked], ...]
    members: tuple[Member, ...] = field(eq=False, repr=False)
    besides: Requests = field(eq=False, repr=False)

    @property
    def root(self) -> Root:
        """Where the board keeps the root file system."""
        return self.device.roots[self.root_type]

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """The images that can be built, by name; ``default`` is one of them."""
        updated = () if self.root_type in READ_ONLY else ("system",)
        device = self.device
        held = (name for name in device.outputs if self.root_type in roots_of(device, name))
        return ("default", *sorted({"squashfs", self.root_type, *updated, *held}))

    @property
    def default_output(self) -> str:
        """The image that is built if none is named: the board's choice, or one of this root."""
        device = self.device
        named = (name for name in (device.default_output, *device.outputs) if name in self.outputs)
        return next(named, self.root_type)

    @property
    def images(self) -> Mapping[str, Image]:
        """What its outputs are, and all that they are made of, by name."""
        images = self.device.images
        return whole(
            (name for name in self.outputs if name in images),
            self.device.traits(self.root_type),
            images.__getitem__,
        )

    @cached_property
    def controlled(self) -> frozenset[str]:
        """The services that are not started at boot: controlled ones and all that need one."""
        found: set[str] = set()
        for service in self.services:
            if service.controlled or found.intersection(service.needs):
                found.add(service.name)
        return frozenset(found)
