"""Plan -> emitted tree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from liminix_gen import catalog
from liminix_gen.model.output import Image
from liminix_gen.nix import system
from liminix_gen.nix.expression import Attribute, Comment, Formals, Identifier, expression
from liminix_gen.nix.expression import Path as NixPath
from liminix_gen.nix.manifest import manifest
from liminix_gen.nix.sources import copied, is_hidden, own_packages
from liminix_gen.nix.system import body_folder
from liminix_gen.nix.template import filled
from liminix_gen.nix.tree import MANIFEST, Tree
from liminix_gen.package_set import Carried
from liminix_gen.plan import Plan, PlannedService


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
    """Return the files of the emitted tree, in the order of their paths."""
    share = catalog.share_folder()
    plan = emission.plan
    source = Comment(emission.source.name)
    carried = emission.carried
    files = {**carried.files, **dict(copied(share / "templates" / "nix" / "lib", "lib"))}
    for image in plan.images.values():
        files.update(_image_files(image))
    own = own_packages(plan)
    for name in own:
        files.update(copied(share / "packages" / name, f"packages/{name}"))
    for service in {service.type: service for service in plan.services}.values():
        files.update(_body_files(service))
    files["default.nix"] = filled(
        "default.nix.in",
        source=source,
        formals=Formals(carried.arguments),
        packages=expression({name: NixPath(f"packages/{name}/package.nix") for name in own}),
        default_output=Attribute(Identifier("system.outputs"), plan.device.default_output),
    )
    files["system.nix"] = filled(
        "system.nix.in",
        source=source,
        kernel=system.kernel(plan),
        services=system.services(plan),
        system=system.system(plan, emission.qemu),
    )
    files = dict(sorted(files.items()))
    written = manifest(
        plan,
        files,
        source=emission.source,
        version=emission.version,
        origin=carried.manifest,
    )
    return {**files, MANIFEST: written}


def _image_files(image: Image) -> Iterator[tuple[str, bytes]]:
    """Yield what makes an image, without what declares it."""
    for path, content in copied(image.folder, f"outputs/{image.name.replace('-', '_')}"):
        if not path.endswith("/output.py"):
            yield path, content


def _body_files(service: PlannedService) -> Iterator[tuple[str, bytes]]:
    """Yield what stands beside a body. Of Python, which is ours, only what a body names."""
    folder = service.folder
    files = [
        file for file in sorted(folder.iterdir()) if file.is_file() and not is_hidden(file, folder)
    ]
    bodies = b"".join(file.read_bytes() for file in files if file.suffix == ".nix")
    for file in files:
        if file.suffix != ".py" or f"./{file.name}".encode() in bodies:
            yield f"{body_folder(service)}/{file.name}", file.read_bytes()
