"""What a root will hold, before it is built: derivations, and about what each of them takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from liminix_gen.model.package_set import Binary
from liminix_gen.nix.events import derivation_name
from liminix_gen.nix.known_sizes import MODULE_BYTES, Taken, of_architecture
from liminix_gen.nix.sources import own_packages
from liminix_gen.plan import Plan
from liminix_gen.workflow.evaluate import Evaluation

PACKAGE = "packages."
# Of lib/boot/init.nix: all services are in it, each with folders and scripts.
INIT = "init"
# Of lib/root/activation.nix: a system for a writable root, and the files outside its store.
_SYSTEM = {"root.cpio": Taken(packed=0, copied=77_000), "system": Taken(packed=0, copied=12_000)}
_MODULES = "kernel-modules"


@frozen(kw_only=True)
class Held:
    """Something that a root will hold: its name, its store path, and about what it takes."""

    name: str
    path: str
    about: Taken


def attributes(plan: Plan) -> tuple[str, ...]:
    """Return the attributes of a tree that have the packages of a root."""
    return tuple(PACKAGE + one.name for one in plan.packages)


def held(
    root: str, evaluation: Evaluation, binaries: Iterable[Binary], plan: Plan
) -> Iterator[Held]:
    """Yield what a root will hold, which is an attribute; those of packages are evaluated too."""
    needed = evaluation.needed(root)
    for path, taken in _about(needed, evaluation, binaries, plan):
        yield Held(name=derivation_name(path), path=needed[path].outputs["out"], about=taken)


def _about(
    needed: Iterable[str], evaluation: Evaluation, binaries: Iterable[Binary], plan: Plan
) -> Iterator[tuple[str, Taken]]:
    known = of_architecture(plan.device.kernel.architecture)
    by_name = by_name_in_store(binaries)
    packages = {
        path: attribute.removeprefix(PACKAGE)
        for attribute, path in evaluation.derivations.items()
        if attribute.startswith(PACKAGE)
    }
    modules = of_modules(plan)
    for path in needed:
        name = derivation_name(path)
        if name in by_name:
            yield path, known.of_binary(by_name[name])
        elif path in packages:
            yield path, known.of_package(packages[path])
        elif name == INIT:
            yield path, of_init(plan)
        elif name == _MODULES:
            # One of them stands for all.
            yield path, modules
            modules = Taken(packed=0, copied=0)
        elif name in _SYSTEM:
            yield path, _SYSTEM[name]


def foreseen(binaries: Iterable[Binary], plan: Plan) -> Iterator[Taken]:
    """Yield about what a root holds, of a plan alone."""
    known = of_architecture(plan.device.kernel.architecture)
    yield from map(known.of_binary, binaries)
    yield from map(known.of_package, own_packages(plan))
    yield of_init(plan)
    yield of_modules(plan)


def of_init(plan: Plan) -> Taken:
    """Return about what the services take."""
    count = len(plan.services)
    return Taken(packed=400 * count, copied=27_000 + 5_600 * count)


def of_modules(plan: Plan) -> Taken:
    """Return about what the kernel modules take."""
    size = MODULE_BYTES * sum(len(loader.modules) for loader in plan.loaders)
    return Taken(packed=size, copied=3 * size)


def by_name_in_store(binaries: Iterable[Binary]) -> Mapping[str, Binary]:
    """Return binaries by the names that their store paths end with."""
    return {
        re.sub(r"[^A-Za-z0-9+._?=-]", "_", f"{one.name}-{one.version.replace(':', '-')}"): one
        for one in binaries
    }
