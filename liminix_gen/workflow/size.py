"""What an image takes: its root by service, package and store path, and its kernel.

A root that is built is exact as a whole. Of one that is not, store paths that are there are
measured; what is not there is estimated from what it took before (nix/known_sizes.py), and named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from attrs import frozen

from liminix_gen.graph import Node
from liminix_gen.model.package_set import Binary
from liminix_gen.nix import kernels
from liminix_gen.nix.sizes import Size, image_bytes, measured
from liminix_gen.plan import Plan
from liminix_gen.plan.relations import ORIGIN, Relations, relations
from liminix_gen.workflow.evaluate import DEFAULT, Evaluation, evaluate
from liminix_gen.workflow.forecast import draw
from liminix_gen.workflow.held import PACKAGE, foreseen, held
from liminix_gen.workflow.held import attributes as packages_of
from liminix_gen.workflow.load import Planned
from liminix_gen.workflow.options import Options
from liminix_gen.workflow.relate import add_derivations

_SQUASHFS = "outputs.squashfs"
_IMAGE = "the image"


@frozen(kw_only=True)
class Sizes:
    """Bytes of an image; ``root_bytes`` is that of a squashfs, whatever ``root_type`` is.

    It is exact if it ``is_built``, and else an estimate. ``services`` and ``packages`` say how much
    smaller the root is without each; ``paths`` are what each store path takes, compressed by
    itself. ``kernel_bytes`` is that of its kernel, or of the last one of the board if
    ``kernel_is_built`` is false. ``room_bytes`` is the flash for both, or what UBI has of it.
    ``estimated`` names what is in an estimate and not in the store.
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
    attributes = (DEFAULT, _SQUASHFS, *packages_of(plan))
    evaluation = evaluate(prepared, options, attributes)
    nix = evaluation.nix
    binaries = tuple(found.packages.binaries(plan, prepared.lock))
    squashfs = evaluation.closure[evaluation.derivations[_SQUASHFS]].outputs
    is_built = not estimate and not nix.absent([squashfs["out"], squashfs["closure"]])
    if is_built:
        listed = json.loads(nix.physical(squashfs["closure"]).read_text(encoding="utf-8"))
        paths = dict(_packed(measured(listed, nix)))
        estimated: tuple[str, ...] = ()
        root_bytes = nix.physical(squashfs["out"]).stat().st_size
    else:
        paths, estimated = _estimate(evaluation, binaries, plan)
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
        room_bytes=_room_bytes(plan),
        services=dict(_of_services(related, found, paths)),
        packages=dict(_of_packages(related, evaluation, paths)),
        paths=dict(sorted(paths.items(), key=lambda one: -one[1])),
        estimated=estimated,
    )


def foreseen_bytes(found: Planned) -> int | None:
    """Return about what a root takes, of a plan alone; None if its lock does not cover it."""
    binaries = tuple(found.packages.binaries(found.plan, found.lock))
    if not binaries:
        return None
    return image_bytes(one.packed for one in foreseen(binaries, found.plan))


def _estimate(
    evaluation: Evaluation, binaries: tuple[Binary, ...], plan: Plan
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return what the root will hold, and the names of what could not be measured."""
    wanted = tuple(held(_SQUASHFS, evaluation, binaries, plan))
    found = measured((one.path for one in wanted), evaluation.nix)
    absent = {one.name for one in wanted if one.path not in found}
    guessed = {one.path: one.about.packed for one in wanted}
    return {**guessed, **dict(_packed(found))}, tuple(sorted(absent))


def _packed(sizes: Mapping[str, Size]) -> Iterator[tuple[str, int]]:
    return ((path, size.packed) for path, size in sizes.items())


def _room_bytes(plan: Plan) -> int | None:
    """Return what the flash has for the root and its kernel; None if the root is elsewhere."""
    device = plan.device
    place = device.ubi if plan.root.device.startswith("ubi") else device.flash
    return place.size_bytes if place is not None else None


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
        if attribute.startswith(PACKAGE):
            name = attribute.removeprefix(PACKAGE)
            yield name, _without(related, Node("derivation", path), paths)


def _without(related: Relations, node: Node, paths: Mapping[str, int]) -> int:
    """Return how much smaller the root is without a thing; that the image has it is no reason."""
    gone = related.only_by(node, asked_for=(Node(ORIGIN, _IMAGE),))
    return sum(paths.get(one.name, 0) for one in gone if one.kind == "store path")
