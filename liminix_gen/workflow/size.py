"""What an image takes: its root by service, package and store path, and its kernel.

A root that is built is exact as a whole. Of one that is not, store paths that are there are
measured, and packages that are not are estimated from what is fetched of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from attrs import frozen

from liminix_gen.graph import Node
from liminix_gen.model.package_set import Binary
from liminix_gen.nix import kernels
from liminix_gen.nix.events import derivation_name
from liminix_gen.nix.sizes import OF_FETCHED, Size, image_bytes, measured
from liminix_gen.plan.relations import ORIGIN, Relations, relations
from liminix_gen.workflow.evaluate import DEFAULT, Evaluation, evaluate
from liminix_gen.workflow.forecast import draw
from liminix_gen.workflow.load import Planned
from liminix_gen.workflow.options import Options
from liminix_gen.workflow.relate import add_derivations

# A service's folder is some lines of text. A kernel module brings those that it needs.
_SERVICE_BYTES = 400
_MODULE_BYTES = 25_000
_IMAGE = "the image"


@frozen(kw_only=True)
class Sizes:
    """Bytes of an image; ``root_bytes`` is that of a squashfs, whatever ``root_type`` is.

    It is exact if it ``is_built``, and else an estimate. ``services`` and ``packages`` say how much
    smaller the root is without each; ``paths`` are what each store path takes, compressed by
    itself. ``kernel_bytes`` is that of its kernel, or of the last one of the board if
    ``kernel_is_built`` is false. ``room_bytes`` is the flash for both.
    """

    hostname: str
    device: str
    root_type: str
    root_bytes: int
    is_built: bool
    kernel_bytes: int | None
    kernel_is_built: bool
    room_bytes: int | None
    services: Mapping[str, int]
    packages: Mapping[str, int]
    paths: Mapping[str, int]
    estimated: tuple[str, ...]


def sizes(found: Planned, options: Options, *, estimate: bool = False) -> Sizes:
    """Measure what a configuration comes to, as far as it is built; or ``estimate`` it even so.

    Raises ConfigurationError if the lock does not cover it.
    """
    plan, prepared = found.plan, draw(found, options).locked()
    attributes = (DEFAULT, "outputs.squashfs", *(f"packages.{one.name}" for one in plan.packages))
    evaluation = evaluate(prepared, options, attributes)
    nix = evaluation.nix
    binaries = tuple(found.packages.binaries(plan, prepared.lock))
    squashfs = evaluation.closure[evaluation.derivations["outputs.squashfs"]].outputs
    is_built = not estimate and not nix.absent([squashfs["out"], squashfs["closure"]])
    if is_built:
        listed = json.loads(nix.physical(squashfs["closure"]).read_text(encoding="utf-8"))
        paths = dict(_packed(measured(listed, nix)))
        estimated: tuple[str, ...] = ()
        root_bytes = nix.physical(squashfs["out"]).stat().st_size
    else:
        modules = sum(len(loader.modules) for loader in plan.loaders)
        paths, estimated = _estimate(evaluation, binaries, modules)
        root_bytes = image_bytes(paths.values())
    related = relations(plan, binaries)
    add_derivations(related, _IMAGE, evaluation)
    kernel_bytes, kernel_is_built = _kernel(found, evaluation)
    return Sizes(
        hostname=plan.hostname,
        device=plan.device.name,
        root_type=plan.root_type,
        root_bytes=root_bytes,
        is_built=is_built,
        kernel_bytes=kernel_bytes,
        kernel_is_built=kernel_is_built,
        room_bytes=plan.device.flash.size_bytes if plan.device.flash else None,
        services=dict(_of_services(related, found, paths)),
        packages=dict(_of_packages(related, evaluation, paths)),
        paths=dict(sorted(paths.items(), key=lambda one: -one[1])),
        estimated=estimated,
    )


def _estimate(
    evaluation: Evaluation, binaries: tuple[Binary, ...], modules: int
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return what the root will hold, and the names of what could not be measured."""
    by_name = {_name_in_store(one): one for one in binaries}
    asked = set(evaluation.derivations.values())
    wanted: dict[str, int] = {}
    for path, one in evaluation.closure.items():
        name, output = derivation_name(path), one.outputs.get("out")
        if output is None:
            continue
        if name in by_name:
            wanted[output] = round(OF_FETCHED * by_name[name].size_bytes)
        elif name == "kernel-modules":
            wanted[output], modules = _MODULE_BYTES * modules or _SERVICE_BYTES, 0
        elif path in asked or name.startswith("service-"):
            wanted[output] = _SERVICE_BYTES
    for attribute in (DEFAULT, "outputs.squashfs"):
        wanted.pop(evaluation.closure[evaluation.derivations[attribute]].outputs["out"], None)
    found = measured(wanted, evaluation.nix)
    there = {derivation_name(path) for path in found}
    estimated = tuple(sorted(name for name in by_name if name not in there))
    return {**wanted, **dict(_packed(found))}, estimated


def _packed(sizes: Mapping[str, Size]) -> Iterator[tuple[str, int]]:
    return ((path, size.packed) for path, size in sizes.items())


def _name_in_store(one: Binary) -> str:
    return re.sub(r"[^A-Za-z0-9+._?=-]", "_", f"{one.name}-{one.version.replace(':', '-')}")


def _kernel(found: Planned, evaluation: Evaluation) -> tuple[int | None, bool]:
    """Return the bytes of the kernel; of the last one of the board here, if it is not built."""
    nix = evaluation.nix
    own = [one for path, one in evaluation.closure.items() if kernels.is_kernel(path)]
    record = kernels.of_device(kernels.record_file(), found.plan.device.name, nix)
    places = [(one.outputs["out"], True) for one in own]
    places += [(one.path, False) for one in reversed(record)]
    for place, is_own in places:
        file = nix.physical(place) / "kernel"
        if file.is_file():
            return file.stat().st_size, is_own
    return None, False


def _of_services(
    related: Relations, found: Planned, paths: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    for member in found.plan.members:
        yield member.name, _without(related, Node("service", member.name), paths)


def _of_packages(
    related: Relations, evaluation: Evaluation, paths: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    for attribute, path in evaluation.derivations.items():
        if attribute.startswith("packages."):
            name = attribute.removeprefix("packages.")
            yield name, _without(related, Node("derivation", path), paths)


def _without(related: Relations, node: Node, paths: Mapping[str, int]) -> int:
    """Return how much smaller the root is without a thing; that the image has it is no reason."""
    gone = related.only_by(node, asked_for=(Node(ORIGIN, _IMAGE),))
    return sum(paths.get(one.name, 0) for one in gone if one.kind == "store path")
