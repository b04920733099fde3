"""Plan -> emitted tree."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from liminix_gen.nix import system
from liminix_gen.nix.closure import closure
from liminix_gen.nix.expression import (
    Attribute,
    AttributeSet,
    Below,
    Call,
    Comment,
    Expression,
    Formals,
    Identifier,
    expression,
)
from liminix_gen.nix.manifest import manifest
from liminix_gen.nix.pin import project_folders, project_hash
from liminix_gen.nix.sources import PathWriter, Sources, own_packages, place_in
from liminix_gen.nix.template import filled
from liminix_gen.nix.tree import MANIFEST, Tree
from liminix_gen.package_set import Carried
from liminix_gen.plan import Plan


@frozen(kw_only=True)
class Emission:
    """What a tree is made of. ``source`` is the user's file; ``qemu`` the command that runs it.

    In ``qemu``, ``@kernel@``, ``@rootfs@`` and ``@command-line@`` stand for the files, and
    ``@accelerators@`` for what accelerates QEMU where it runs.
    """

    plan: Plan
    source: Path
    version: str
    carried: Carried
    qemu: tuple[str, ...] = ()


def render(emission: Emission) -> Tree:
    """Return the files of the emitted tree, in the order of their paths.

    Those are what its generated files reach, and nothing else.
    """
    plan, carried = emission.plan, emission.carried
    source = Comment(emission.source.name)
    place = place_in(plan, "liminix.project" if carried.thin else None)
    made = {
        **carried.files,
        "default.nix": filled(
            "default.nix.in",
            source=source,
            formals=Formals(carried.arguments),
            library=_library(emission, place_in(plan, "project" if carried.thin else None)),
            default_output=Attribute(Identifier("system.outputs"), plan.default_output),
        ),
        "system.nix": filled(
            "system.nix.in",
            source=source,
            kernel=system.kernel(plan, place),
            hardware=system.hardware(plan, place),
            services=system.services(plan, place),
            system=system.system(plan, emission.qemu, place),
        ),
    }
    sources = Sources.of(plan, made)
    files = closure(made, sources.read, sources.listed)
    written = manifest(
        plan,
        files,
        source=emission.source,
        version=emission.version,
        origin=carried.manifest,
        versions=carried.versions,
    )
    return {**files, MANIFEST: written}


def _library(emission: Emission, place: PathWriter) -> Expression:
    """Return the call of lib/, which in a thin tree is the project's, if it is the right one."""
    own = {name: place(f"packages/{name}/package.nix") for name in own_packages(emission.plan)}
    file, given = place("lib"), {"packages": expression(own)}
    if emission.carried.thin:
        file, folders = Below("project", "nix/pinned.nix"), project_folders(emission.plan)
        given |= {
            "folders": expression(folders),
            "hash": expression(project_hash(folders)),
            "source": expression(emission.source.name),
            "version": expression(emission.version),
        }
    arguments = AttributeSet(dict(sorted(given.items())), inherited=("pkgs",))
    return Call(Identifier("import"), (file, arguments))
