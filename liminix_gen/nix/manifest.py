"""Plan -> manifest.json: all that an image holds, with who asked, and the files of its tree.

Who asked stands once, in ``askers``; an entry of the image holds their indexes there. What an entry
is like stands in system.nix.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, NotRequired, TypeAlias, TypedDict, cast

import attrs
from attrs import field, frozen

from liminix_gen import catalog
from liminix_gen.errors import Where
from liminix_gen.model.kernel import Asked
from liminix_gen.nix.tree import Tree, digest
from liminix_gen.plan import Plan
from liminix_gen.plan.requests import ports_of

Entries = Mapping[str, Iterable[Asked]]

# Who asked, by the name of a thing: places in "askers".
_Things: TypeAlias = Mapping[str, list[int]]


class AskerEntry(TypedDict):
    """Who asked for something."""

    by: Annotated[str, "a service type, or a part of liminix-gen"]
    where: NotRequired[Annotated[str, "a file and line"]]


class Ids(TypedDict):
    """Numbers of users and groups, by name."""

    users: Mapping[str, int]
    groups: Mapping[str, int]


# What a package set adds, by its name.
Origin: TypeAlias = Mapping[str, str]
Manifest = TypedDict(
    "Manifest",
    {
        "version": Literal[2],
        "made-by": Annotated[str, "program and version"],
        "source": Annotated[str, "file name of the configuration"],
        "hostname": str,
        "device": Annotated[str, "the board"],
        "root": NotRequired[Annotated[str, "type of its root: squashfs, ext4"]],
        "package-set": Annotated[str, "where packages come from"],
        "askers": list[AskerEntry],
        "services": _Things,
        "loaders": Annotated[_Things, "services that load kernel modules"],
        "kernel-modules": _Things,
        "symbols": Annotated[_Things, "kernel symbols, without CONFIG_"],
        "packages": _Things,
        "files": Annotated[_Things, "by their paths on the device"],
        "ports": Annotated[_Things, "that something listens on: udp/53"],
        "versions": NotRequired[Annotated[Mapping[str, str], "of packages that a lock fixes"]],
        "ids": Ids,
        "owned": Annotated[Mapping[str, str], "SHA-256 of each file of the tree"],
    },
)


def manifest(
    plan: Plan,
    files: Tree,
    *,
    source: Path,
    version: str,
    origin: Mapping[str, object],
    versions: Mapping[str, str],
) -> bytes:
    """Return the manifest of a tree.

    ``origin`` is what to know of where its packages come from, ``versions`` are those of packages
    that a lock fixes.
    """
    askers = _Askers(source)
    image = {
        kind: {name: askers.indexes(asked) for name, asked in entries.items()}
        for kind, entries in _image(plan)
    }
    return _json(
        {
            "version": 2,
            "made-by": f"liminix-gen {version}",
            "source": source.name,
            "hostname": plan.hostname,
            "device": plan.device.name,
            "root": plan.root_type,
            "package-set": plan.package_set.name,
            **origin,
            "askers": askers.known,
            **image,
            **({"versions": dict(sorted(versions.items()))} if versions else {}),
            "ids": plan.ids,
            "owned": {path: digest(content) for path, content in files.items()},
        }
    )


def _image(plan: Plan) -> Iterator[tuple[str, Entries]]:
    """Yield what the image holds, kind by kind: names, each with those who asked."""
    yield "services", {service.name: (service.asked,) for service in plan.services}
    yield "loaders", {loader.name: loader.asked for loader in plan.loaders}
    modules: dict[str, dict[Asked, None]] = {}
    for loader in plan.loaders:
        for module in loader.modules:
            modules.setdefault(module, {}).update(dict.fromkeys(loader.asked))
    yield "kernel-modules", modules
    yield "symbols", {symbol.name: symbol.asked for symbol in plan.symbols}
    yield "packages", {package.name: package.asked for package in plan.packages}
    yield "files", {planned.file.path: (planned.asked,) for planned in plan.files}
    yield "ports", ports_of(plan)


def _json(manifest: Mapping[str, object]) -> bytes:
    """Write an entry on a line, so that a change shows in lines of its own."""
    lines = [f"  {_text(name)}: {_block(value)}" for name, value in manifest.items()]
    # What is not UTF-8 in the name of a file is an escape of JSON then.
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode(errors="backslashreplace")


def _block(value: object) -> str:
    if not value or isinstance(value, str | int):
        return _text(value)
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value).items()
        rows = [f"{_text(name)}: {_text(entry)}" for name, entry in entries]
        return "{\n    " + ",\n    ".join(rows) + "\n  }"
    rows = [_text(row) for row in cast("list[object]", value)]
    return "[\n    " + ",\n    ".join(rows) + "\n  ]"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@cache
def _resolved(path: Path) -> Path:
    return path.resolve()


@frozen
class _Askers:
    """Those who asked, each once, without a path of this machine."""

    source: Path
    known: list[Mapping[str, str]] = field(factory=list, init=False)
    _index: dict[Asked, int] = field(factory=dict, init=False)

    def indexes(self, asked: Iterable[Asked]) -> list[int]:
        """Return where they stand in what is known; who does not yet, does then."""
        return [self._index_of(one) for one in asked]

    def _index_of(self, one: Asked) -> int:
        if one not in self._index:
            self._index[one] = len(self.known)
            self.known.append(
                {"by": one.by} | ({"where": self._place(one.where)} if one.where else {})
            )
        return self._index[one]

    def _place(self, where: Where) -> str:
        path = _resolved(where.path)
        for base in (_resolved(self.source).parent, _resolved(catalog.share_folder())):
            if path.is_relative_to(base):
                return str(attrs.evolve(where, path=path.relative_to(base)))
        return str(attrs.evolve(where, path=Path(path.name)))
