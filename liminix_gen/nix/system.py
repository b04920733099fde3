"""Plan -> system.nix's expressions: the kernel, the services, and the system of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

import attrs

from liminix_gen.catalog import text_of
from liminix_gen.errors import DefinitionError, Problem
from liminix_gen.model.image import File, PackagePath
from liminix_gen.model.memory import Place, Tftp
from liminix_gen.nix.expression import (
    Attribute,
    AttributeSet,
    Call,
    Expression,
    Identifier,
    String,
    expression,
)
from liminix_gen.nix.sources import (
    PathWriter,
    board_folder,
    body_folder,
    image_folder,
    project_path,
)
from liminix_gen.plan import OutputRef, Plan, PlannedFile, PlannedLoader, PlannedService, ServiceRef

_SERVICES = Identifier("services")
# What of a Root an image has to know; the rest is for the kernel.
_ROOT_FACTS = ("erase_block_bytes", "flash_offset_bytes", "size_bytes")
_SCRIPT = re.compile(r"\bscripts\.([\w-]+)")
_DEFAULTS: Mapping[str, object] = {
    "packages": (),
    "parameters": {},
    "needs": (),
    "observes": (),
    "controlled": False,
    "upTimeout": 30_000,
    "downTimeout": 10_000,
}


def kernel(plan: Plan, place: PathWriter) -> Expression:
    """Return what only the kernel has to know."""
    build = plan.device.kernel
    attributes: dict[str, object] = {
        "architecture": build.architecture,
        "image": build.image,
        "source": build.source,
    }
    if build.openwrt is not None:
        attributes["openwrtTarget"] = build.openwrt.target
    patches = f"lib/kernel/patches/{build.architecture}.nix"
    if project_path(patches).is_file():
        attributes["patches"] = Call(Identifier("import"), (place(patches),))
    symbols = {symbol.name: symbol.value for symbol in plan.symbols}
    if "INITRAMFS_SOURCE" in symbols:
        attributes["preinit"] = place("lib/kernel/preinit.nix")
    return expression({**attributes, "symbols": symbols})


def hardware(plan: Plan, place: PathWriter) -> Expression:
    """Return the board's device tree, checked against the kernel; null where it has none."""
    if plan.hardware is None:
        return expression(None)
    device = plan.device
    attributes: dict[str, object] = {
        "attached": plan.hardware.attached,
        "deviceTree": device.kernel.device_tree,
        "leftOut": plan.hardware.left_out,
        "modules": tuple(sorted({name for one in plan.loaders for name in one.modules})),
        "undriven": dict(device.undriven),
    }
    if device.own_tree is not None:
        attributes["source"] = place(f"{board_folder(device)}/{device.own_tree.name}")
    written = {name: expression(value) for name, value in sorted(attributes.items())}
    given = AttributeSet(written, inherited=("kernel",))
    return Call(Identifier("liminix.using"), (place("lib/kernel/hardware.nix"), given))


def services(plan: Plan, place: PathWriter) -> Expression:
    """Return the loaders and services by name."""
    entries = {loader.name: _loader(loader, place) for loader in plan.loaders}
    entries |= {service.name: _service(service, place) for service in plan.services}
    return expression(entries)


def _loader(loader: PlannedLoader, place: PathWriter) -> Expression:
    attributes = {"name": expression(loader.name), "modules": expression(loader.modules)}
    if loader.needs:
        attributes["needs"] = expression(loader.needs)
    given = AttributeSet(attributes, inherited=("kernel",))
    return Call(Identifier("liminix.using"), (place("lib/kernel/kernel-modules.nix"), given))


def _service(service: PlannedService, place: PathWriter) -> Expression:
    attributes = {
        "name": service.name,
        "body": place(f"{body_folder(service.type)}/{service.body}"),
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
        case OutputRef(service, name, secret):
            kind = "secret" if secret else "output"
            output = Attribute(Attribute(_SERVICES, service, quoted=True), kind)
            return Call(output, (expression(name),))
        case Mapping():
            entries = cast("Mapping[str, object]", value)
            return {name: _value(entry) for name, entry in entries.items()}
        case tuple():
            return tuple(_value(entry) for entry in cast("tuple[object, ...]", value))
        case _:
            return value


def system(plan: Plan, qemu: tuple[str, ...], place: PathWriter) -> Expression:
    """Return the system's attributes; ``qemu`` is the command that runs it."""
    attributes: dict[str, object] = {
        "board": _board(plan),
        "commandLine": " ".join(plan.command_line),
        "console": plan.console,
        "consoleDevice": plan.device.console,
        "files": {planned.file.path: _file(planned) for planned in plan.files},
        "hostname": plan.hostname,
        "images": {
            name: place(f"{image_folder(image)}/output.nix") for name, image in plan.images.items()
        },
        "outputs": {
            name: plan.device.outputs.get(name, {}) for name in plan.outputs if name != "default"
        },
        "packages": tuple(package.name for package in plan.packages if package.login),
        "qemu": qemu,
        "scripts": {name: place(path) for name, path in _scripts(plan)},
        "trialSeconds": plan.trial_seconds,
    }
    if "system" in plan.outputs:
        attributes["activation"] = place("lib/root/activation.nix")
    written = {name: expression(value) for name, value in sorted(attributes.items())}
    return AttributeSet(written, inherited=("hardware", "kernel", "services"))


def _scripts(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield the scripts that images share and these run, each with its path in the tree."""
    askers: dict[str, Path] = {}
    for image in plan.images.values():
        file = image.folder / "output.nix"
        askers |= dict.fromkeys(_SCRIPT.findall(text_of(file)), file)
    for name, file in sorted(askers.items()):
        path = f"lib/python/{name.replace('-', '_')}.py"
        if not project_path(path).is_file():
            raise DefinitionError(Problem(str(file), f"there is no script {name!r}"))
        yield name, path


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
