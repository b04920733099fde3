"""Plan -> emitted tree: the one place that fills in templates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import cast

import attrs
import jinja2
from attrs import frozen

from liminix_gen import catalog
from liminix_gen.errors import Where
from liminix_gen.model.image import File, PackagePath
from liminix_gen.model.kernel import Asked
from liminix_gen.model.memory import Place, Tftp
from liminix_gen.nix.expression import (
    Attribute,
    AttributeSet,
    Call,
    Expression,
    Identifier,
    String,
    expression,
    in_comment,
)
from liminix_gen.nix.expression import Path as NixPath
from liminix_gen.nix.tree import MANIFEST, Tree, digest
from liminix_gen.plan import OutputRef, Plan, PlannedFile, PlannedLoader, PlannedService, ServiceRef

_SERVICES = Identifier("services")
# What of a Root an image has to know; the rest is for the kernel.
_ROOT_FACTS = ("erase_block_bytes", "flash_offset_bytes", "size_bytes")
_DEFAULTS: Mapping[str, object] = {
    "packages": (),
    "parameters": {},
    "needs": (),
    "observes": (),
    "controlled": False,
    "upTimeout": 30_000,
    "downTimeout": 10_000,
}


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
        kernel=_kernel(plan),
        services=_services(plan),
        system=_system(emission),
    )
    files = dict(sorted(files.items()))
    return {**files, MANIFEST: _manifest(emission, files)}


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
            yield f"{_folder(service)}/{file.name}", file.read_bytes()


def _folder(service: PlannedService) -> str:
    return "modules/" + service.type.replace(".", "/")


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


def _kernel(plan: Plan) -> Expression:
    build = plan.device.kernel
    attributes: dict[str, object] = {
        "architecture": build.architecture,
        "image": build.image,
        "source": build.source,
    }
    if build.device_tree is not None:
        attributes["deviceTree"] = build.device_tree
    if build.openwrt is not None:
        attributes["openwrtTarget"] = build.openwrt.target
    symbols = {symbol.name: symbol.value for symbol in plan.symbols}
    return expression({**attributes, "symbols": symbols})


def _services(plan: Plan) -> Expression:
    entries = {loader.name: _loader(loader) for loader in plan.loaders}
    entries |= {service.name: _service(service) for service in plan.services}
    return expression(entries)


def _loader(loader: PlannedLoader) -> Expression:
    attributes = {"name": expression(loader.name), "modules": expression(loader.modules)}
    if loader.needs:
        attributes["needs"] = expression(loader.needs)
    return Call(
        Identifier("liminix.kernelModules"), (AttributeSet(attributes, inherited=("kernel",)),)
    )


def _service(service: PlannedService) -> Expression:
    attributes = {
        "name": service.name,
        "body": NixPath(f"{_folder(service)}/{service.body}"),
        "type": service.kind,
        "packages": service.packages,
        "parameters": {name: _value(value) for name, value in service.parameters.items()},
        "needs": service.needs,
        "observes": service.observes,
        "controlled": service.controlled,
        "upTimeout": service.up_timeout_ms,
        "downTimeout": service.down_timeout_ms,
    }
    given = {
        name: value
        for name, value in attributes.items()
        if name not in _DEFAULTS or value != _DEFAULTS[name]
    }
    return Call(Identifier("liminix.callService"), (expression(given),))


def _value(value: object) -> object:
    """Put references in place of the plan's names."""
    match value:
        case ServiceRef(name):
            return Attribute(_SERVICES, name, quoted=True)
        case OutputRef(service, name):
            output = Attribute(Attribute(_SERVICES, service, quoted=True), "output")
            return Call(output, (expression(name),))
        case Mapping():
            entries = cast("Mapping[str, object]", value)
            return {name: _value(entry) for name, entry in entries.items()}
        case tuple():
            return tuple(_value(entry) for entry in cast("tuple[object, ...]", value))
        case _:
            return value


def _system(emission: Emission) -> Expression:
    plan = emission.plan
    attributes: dict[str, object] = {
        "board": _board(plan),
        "commandLine": " ".join(plan.command_line),
        "console": plan.console,
        "consoleDevice": plan.device.console,
        "files": {planned.file.path: _file(planned) for planned in plan.files},
        "hostname": plan.hostname,
        "outputs": {
            name: plan.device.outputs.get(name, {}) for name in plan.outputs if name != "default"
        },
        "packages": tuple(package.name for package in plan.packages if package.login),
        "qemu": emission.qemu,
        "trialSeconds": plan.trial_seconds,
    }
    written = {name: expression(value) for name, value in attributes.items()}
    return AttributeSet(written, inherited=("kernel", "services"))


def _board(plan: Plan) -> Mapping[str, object]:
    """Return the facts of a board that its images need."""
    device, root = plan.device, plan.root
    facts: dict[str, object] = {
        "name": device.name,
        "bigEndian": device.cross.config.startswith("mips-"),
        "root": {"type": plan.root_type, **_facts(root, _ROOT_FACTS)},
    }
    for name in ("boot", "flash", "ubi"):
        value = getattr(device, name)
        if value is not None:
            facts[name] = _facts(value, attrs.asdict(value))
    if device.tftp is not None:
        facts["tftp"] = _places(device.tftp)
    if held := {package.name for package in plan.packages}.intersection(device.boot_firmware):
        packages = Identifier("liminix.packages")
        facts["firmware"] = tuple(Attribute(packages, name) for name in sorted(held))
    if plan.state is not None:
        facts["state"] = plan.state
    return facts


def _places(tftp: Tftp) -> Mapping[str, object]:
    """Return the facts of a boot from memory, each place as attributes."""

    def place(one: object) -> object:
        return _facts(one, attrs.fields_dict(Place)) if isinstance(one, Place) else one

    facts = _facts(tftp, attrs.fields_dict(Tftp))
    reserved = {name: place(one) for name, one in tftp.reserved.items()}
    return {**{name: place(fact) for name, fact in facts.items()}, "reserved": reserved}


def _facts(value: object, names: Iterable[str]) -> Mapping[str, object]:
    """Return attributes by name, as names are written in Nix, without those that are None."""
    facts = {_camel(name): getattr(value, name) for name in names}
    return {name: fact for name, fact in facts.items() if fact is not None}


def _camel(name: str) -> str:
    """Return ``eraseBlockBytes`` for ``erase_block_bytes``, as names are written in Nix."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _file(planned: PlannedFile) -> Expression:
    file = planned.file
    attributes: dict[str, object] = {"kind": file.kind}
    if file.kind == "file":
        attributes["text"] = _content(file)
    if file.kind in {"link", "hardlink"}:
        attributes["target"] = _content(file)
    else:
        attributes |= {"mode": file.mode, "user": planned.uid, "group": planned.gid}
    if file.node is not None:
        attributes |= attrs.asdict(file.node)
    return expression(attributes)


def _content(file: File) -> Expression:
    parts: list[str | Expression] = []
    for atom in file.content:
        if isinstance(atom, PackagePath):
            parts += [Attribute(Identifier("liminix.packages"), atom.package), f"/{atom.path}"]
        else:
            parts.append(atom)
    return String(tuple(parts))


def _manifest(emission: Emission, files: Tree) -> bytes:
    plan = emission.plan
    place = _Place(emission.source)
    manifest: dict[str, object] = {
        "version": 1,
        "made-by": f"liminix-gen {emission.version}",
        "source": emission.source.name,
        "hostname": plan.hostname,
        "device": plan.device.name,
        "package-set": plan.package_set.name,
        **({"debian": emission.debian.release} if emission.debian else {}),
        "services": {
            service.name: {
                "type": service.type,
                "kind": service.kind,
                "needs": service.needs,
                "observes": service.observes,
                "controlled": service.name in plan.controlled,
                "asked": place.all((service.asked,)),
            }
            for service in plan.services
        },
        "loaders": {
            loader.name: {"modules": loader.modules, "asked": place.all(loader.asked)}
            for loader in plan.loaders
        },
        "symbols": {
            symbol.name: {"value": symbol.value, "asked": place.all(symbol.asked)}
            for symbol in plan.symbols
        },
        "packages": {
            package.name: {"login": package.login, "asked": place.all(package.asked)}
            for package in plan.packages
        },
        "files": {
            planned.file.path: {
                "kind": planned.file.kind,
                "mode": planned.file.mode,
                "user": planned.uid,
                "group": planned.gid,
                "asked": place.all((planned.asked,)),
            }
            for planned in plan.files
        },
        "ids": plan.ids,
        "owned": {path: digest(content) for path, content in files.items()},
    }
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode(
        # What is not UTF-8 in the name of a file is an escape of JSON then.
        errors="backslashreplace"
    )


@cache
def _resolved(path: Path) -> Path:
    return path.resolve()


@frozen
class _Place:
    """Tells lines without a path of this machine."""

    source: Path

    def all(self, asked: tuple[Asked, ...]) -> list[dict[str, str]]:
        return [
            {"by": one.by} | ({"where": self.of(one.where)} if one.where else {}) for one in asked
        ]

    def of(self, where: Where) -> str:
        path = _resolved(where.path)
        for base in (_resolved(self.source).parent, _resolved(catalog.share_folder())):
            if path.is_relative_to(base):
                return str(attrs.evolve(where, path=path.relative_to(base)))
        return str(attrs.evolve(where, path=Path(path.name)))
