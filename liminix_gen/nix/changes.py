"""What differs between two trees, what of that is made again, and what it takes on a board."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from attrs import frozen

from liminix_gen.model.root import READ_ONLY
from liminix_gen.nix.contents import KINDS, Contents

Sign = Literal["+", "~", "-"]
# What it takes to have it on a board that runs the other: from nothing to its flash.
Action = Literal["none", "update", "flash"]
_PACKAGES = re.compile(r"^  packages = \[([^]]*)\]", re.MULTILINE)
# What of a service stands in the graph that init has, and not in the service's own folder.
_IN_GRAPH = re.compile(
    r"^  (?:needs|observes|controlled|upTimeout) = (?:\[\n(?:    .*\n)*  \]|.*);\n", re.MULTILINE
)
# Settings that a kernel, an image or a board's device tree holds, and the root does not.
_BESIDE_THE_ROOT = frozenset(
    {"board", "commandLine", "hardware", "images", "outputs", "qemu", "scripts"}
)


@frozen(kw_only=True)
class Change:
    """A thing that is added, changed or removed; of symbols and versions with their values."""

    sign: Sign
    kind: str
    name: str
    before: str = ""
    after: str = ""
    asked: tuple[str, ...] = ()


@frozen(kw_only=True)
class Rebuilt:
    """What is made again: whether the kernel, the root and the image are; services and loaders."""

    kernel: bool
    root: bool
    image: bool
    services: tuple[str, ...]
    packages: tuple[str, ...]


def changes(old: Contents | None, new: Contents) -> tuple[Change, ...]:
    """Return what differs, in the order of kinds; all is new if there is no old one."""
    return tuple(change for kind in KINDS for change in _of_kind(kind, old, new))


def _of_kind(kind: str, old: Contents | None, new: Contents) -> Iterator[Change]:
    after = new.names(kind)
    if kind not in new.things or (old is not None and kind not in old.things):
        return  # one of them does not say it
    before: Mapping[str, str | None] = old.names(kind) if old is not None else {}
    for name in sorted({*before, *after}):
        asked = new.askers.get((kind, name), ())
        if name not in before:
            yield Change(sign="+", kind=kind, name=name, after=_shown(after[name]), asked=asked)
        elif name not in after:
            yield Change(sign="-", kind=kind, name=name, before=_shown(before[name]))
        elif None not in {before[name], after[name]} and before[name] != after[name]:
            yield Change(
                sign="~",
                kind=kind,
                name=name,
                before=_shown(before[name]),
                after=_shown(after[name]),
                asked=asked,
            )


def _shown(value: str | None) -> str:
    """Return a value of one short line, or nothing."""
    plain = (value or "").rstrip(";")
    plain = plain[1:-1].replace('\\"', '"') if plain.startswith('"') else plain
    return plain if "\n" not in plain and len(plain) <= 60 else ""


def rebuilt(old: Contents | None, new: Contents, loads: Mapping[str, frozenset[str]]) -> Rebuilt:
    """Return what of a tree is made again; ``loads`` says which binaries a package consists of."""
    differ = [(one.kind, one.name) for one in changes(old, new)]
    by_kind: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, name in differ:
        by_kind[kind].add(name)
    kernel = (
        old is None
        or (None not in {old.kernel, new.kernel} and old.kernel != new.kernel)
        or bool(by_kind["symbol"])
        or any(name.startswith("linux-source") for name in by_kind["version"])
    )
    own = {name.split("/")[1] for name in by_kind["source"] if name.startswith("packages/")}
    packages = {
        name
        for name in new.names("package")
        if name in own
        or name in by_kind["package"]
        or by_kind["version"].intersection(loads.get(name, ()))
    }
    services = {
        name
        for kind in ("service", "loader")
        for name in by_kind[kind]
        if name in new.names(kind)
        and (old is None or _own(old.names(kind).get(name)) != _own(new.names(kind)[name]))
    }
    if kernel:
        services.update(new.names("loader"))
    for name, value in new.names("service").items():
        match = _PACKAGES.search(value or "")
        if match and packages.intersection(re.findall(r"[\w.+-]+", match[1])):
            services.add(name)
    settings = by_kind["setting"]
    in_root = {name for name in settings - _BESIDE_THE_ROOT if not name.startswith("kernel.")}
    root = bool(
        kernel
        or services
        or packages
        or in_root
        or any(by_kind[kind] for kind in ("service", "loader", "file"))
        or any(name.startswith("lib/") for name in by_kind["source"])
    )
    return Rebuilt(
        kernel=kernel,
        root=root,
        image=bool(root or settings or by_kind["source"]),
        services=tuple(sorted(services)),
        packages=tuple(sorted(packages)),
    )


def _own(value: str | None) -> str | None:
    """Return what a service's own folder is made of."""
    return _IN_GRAPH.sub("", value) if value is not None else None


def action(old: Contents | None, new: Contents, made: Rebuilt) -> Action:
    """Return what it takes on a board that runs the other, as `update` would find it.

    What is not in a root that can be written is in the flash, or where else the board boots from.
    """
    if not made.image:
        return "none"
    if new.root_type in READ_ONLY or made.kernel or not made.root:
        return "flash"
    return "update" if old is not None and _can_be_updated(old, new) else "flash"


def _can_be_updated(old: Contents, new: Contents) -> bool:
    """Say whether a board has the place for a new system: trees of older versions do not say."""
    return old.device == new.device and old.root_type in {new.root_type, None}
