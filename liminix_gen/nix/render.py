"""Plan -> emitted tree: the one place that fills in templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import jinja2
from attrs import frozen

from liminix_gen import catalog
from liminix_gen.nix import system
from liminix_gen.nix.expression import (
    Attribute,
    AttributeSet,
    Call,
    Expression,
    Identifier,
    expression,
    in_comment,
)
from liminix_gen.nix.expression import Path as NixPath
from liminix_gen.nix.manifest import manifest
from liminix_gen.nix.system import body_folder
from liminix_gen.nix.tree import MANIFEST, Tree
from liminix_gen.plan import Plan, PlannedService


@frozen(kw_only=True)
class Debian:
    """What only a tree for the debian package set carries; ``release`` is for the manifest."""

    release: Mapping[str, str]
    lock: bytes
    fetch_script: bytes
    settings: bytes


@frozen(kw_only=True)
class Emission:
    """What a tree is made of. ``source`` is the user's file; ``qemu`` the command that runs it.

    In ``qemu``, ``@kernel@``, ``@rootfs@`` and ``@command-line@`` stand for the files, and
    ``@accelerators@`` for what accelerates QEMU where it runs. Without ``debian`` the tree is for
    nixpkgs.
    """

    plan: Plan
    source: Path
    version: str
    debian: Debian | None = None
    qemu: tuple[str, ...] = ()


class _Text(str):
    """Text that a template may hold: a typed writer made it, or it is a plain file name."""

    __slots__ = ()


def render(emission: Emission) -> Tree:
    """Return the files of the emitted tree, in the order of their paths."""
    share = catalog.share_folder()
    plan = emission.plan
    source = _Text(in_comment(emission.source.name))
    files: dict[str, bytes] = {}
    if emission.debian is not None:
        files["lock.json"] = emission.debian.lock
        files["fetch.sh"] = emission.debian.fetch_script
        files["nix.conf"] = emission.debian.settings
    else:
        files["flake.nix"] = _filled(
            "flake.nix.j2", source=source, description=expression(_description(plan))
        )
    for folder in ("lib", plan.package_set.name):
        files.update(_copied(share / "templates" / "nix" / folder, folder))
    own = own_packages(plan)
    for name in own:
        files.update(_copied(share / "packages" / name, f"packages/{name}"))
    for service in {service.type: service for service in plan.services}.values():
        files.update(_body_files(service))
    files["default.nix"] = _filled(
        "default.nix.j2",
        source=source,
        arguments=tuple((_Text(name), _Written(value)) for name, value in _arguments(plan)),
        packages=expression({name: NixPath(f"packages/{name}/package.nix") for name in own}),
        default_output=Attribute(Identifier("system.outputs"), plan.device.default_output),
    )
    files["system.nix"] = _filled(
        "system.nix.j2",
        source=source,
        kernel=system.kernel(plan),
        services=system.services(plan),
        system=system.system(plan, emission.qemu),
    )
    files = dict(sorted(files.items()))
    origin = {"debian": emission.debian.release} if emission.debian else {}
    written = manifest(plan, files, source=emission.source, version=emission.version, origin=origin)
    return {**files, MANIFEST: written}


def foreign_packages(plan: Plan) -> tuple[str, ...]:
    """Return the planned packages that come from the package set, by their nixpkgs names."""
    own = own_packages(plan)
    return tuple(package.name for package in plan.packages if package.name not in own)


def own_packages(plan: Plan) -> tuple[str, ...]:
    """Return the planned packages that this project makes itself."""
    folder = catalog.share_folder() / "packages"
    return tuple(
        package.name
        for package in plan.packages
        if (folder / package.name / "package.nix").is_file()
    )


@cache
def _templates() -> jinja2.Environment:
    def only_typed(value: object) -> object:
        if isinstance(value, str) and not isinstance(value, _Text):
            raise TypeError(f"bare text in a template: {value!r}")
        return value

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(catalog.share_folder() / "templates" / "nix"),
        undefined=jinja2.StrictUndefined,
        finalize=only_typed,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # noqa: S701  Nix, not HTML; the writers quote
    )


@frozen
class _Written:
    """An expression, as a template sees it."""

    expression: Expression

    def at(self, column: int) -> _Text:
        return _Text(self.expression.at(column))


def _filled(template: str, **names: Expression | _Text | tuple[object, ...]) -> bytes:
    values = {
        name: _Written(value) if isinstance(value, Expression) else value
        for name, value in names.items()
    }
    return _templates().get_template(template).render(values).encode()


def _copied(folder: Path, below: str) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts and not _is_hidden(file, folder):
            yield f"{below}/{file.relative_to(folder).as_posix()}", file.read_bytes()


def _is_hidden(file: Path, folder: Path) -> bool:
    """Say whether a file is somebody else's: an editor's, or Git's."""
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _body_files(service: PlannedService) -> Iterator[tuple[str, bytes]]:
    """Yield what stands beside a body. Of Python, which is ours, only what a body names."""
    folder = service.folder
    files = [
        file for file in sorted(folder.iterdir()) if file.is_file() and not _is_hidden(file, folder)
    ]
    bodies = b"".join(file.read_bytes() for file in files if file.suffix == ".nix")
    for file in files:
        if file.suffix != ".py" or f"./{file.name}".encode() in bodies:
            yield f"{body_folder(service)}/{file.name}", file.read_bytes()


def _description(plan: Plan) -> str:
    return f"{plan.hostname}, a router on {plan.device.name}"


def _arguments(plan: Plan) -> Iterator[tuple[str, Expression]]:
    """Yield the arguments of default.nix, with the value that each has when it is not given."""
    if plan.package_set.name == "debian":
        read = Call(Identifier("builtins.readFile"), (NixPath("lock.json"),))
        given = {
            "architecture": expression(plan.device.debian_architecture),
            "lock": Call(Identifier("builtins.fromJSON"), (read,)),
        }
        yield "pkgs", _import("debian", AttributeSet(given))
        return
    yield "nixpkgs", Identifier("<nixpkgs>")
    yield "system", Identifier("builtins.currentSystem")
    cross = plan.device.cross
    given = {
        "crossSystem": expression(
            {"config": cross.config} | ({"gcc": cross.gcc} if cross.gcc else {})
        ),
        "packages": expression(foreign_packages(plan)),
    }
    yield "pkgs", _import("nixpkgs", AttributeSet(given, inherited=("nixpkgs", "system")))


def _import(file: str, argument: Expression) -> Expression:
    return Call(Identifier("import"), (NixPath(file), argument))
