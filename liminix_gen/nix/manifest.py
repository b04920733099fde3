"""Plan -> manifest.json: all that an image holds, with who asked, and the files of its tree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import attrs
from attrs import frozen

from liminix_gen import catalog
from liminix_gen.errors import Where
from liminix_gen.model.kernel import Asked
from liminix_gen.nix.tree import Tree, digest
from liminix_gen.plan import Plan


def manifest(
    plan: Plan, files: Tree, *, source: Path, version: str, origin: Mapping[str, object]
) -> bytes:
    """Return the manifest of a tree; ``origin`` is what to know of where its packages come from."""
    place = _Place(source)
    entries: dict[str, object] = {
        "version": 1,
        "made-by": f"liminix-gen {version}",
        "source": source.name,
        "hostname": plan.hostname,
        "device": plan.device.name,
        "package-set": plan.package_set.name,
        **origin,
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
    return (json.dumps(entries, indent=2, ensure_ascii=False) + "\n").encode(
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
