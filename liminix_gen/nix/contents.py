"""What an emitted tree holds, thing by thing: read from its manifest and its system.nix.

Values stand in system.nix as nix/system.py writes them: an attribute a line, what is in it indented
by two. They are compared as text, never evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from attrs import evolve, frozen

from liminix_gen.nix.tree import MANIFEST

# Of a manifest: what its entries are called here.
_LISTED = {
    "services": "service",
    "loaders": "loader",
    "kernel-modules": "kernel module",
    "symbols": "symbol",
    "packages": "package",
    "files": "file",
    "ports": "port",
}
KINDS = (
    "setting",
    "service",
    "loader",
    "kernel module",
    "symbol",
    "package",
    "version",
    "file",
    "user",
    "group",
    "port",
    "source",
)
# What changes with each edit, and says nothing that is not said elsewhere.
_MADE = frozenset({"default.nix", "system.nix", "lock.json", "fetch.sh", "nix.conf", "flake.nix"})
_ENTRY = re.compile(r'("(?:[^"\\]|\\.)*"|[A-Za-z_][\w\'-]*) = ')


@frozen(kw_only=True)
class Contents:
    """Kind -> name -> value. A value of None is not known, as those of a manifest alone.

    ``kernel`` is what the kernel is made of, versions aside, and ``root_type`` the file system of
    its root; None if that is not known.
    """

    things: Mapping[str, Mapping[str, str | None]]
    askers: Mapping[tuple[str, str], tuple[str, ...]]
    kernel: str | None
    hostname: str
    device: str
    root_type: str | None

    def without(self, *kinds: str) -> Contents:
        """Return the same, with nothing said of some kinds."""
        left = {kind: names for kind, names in self.things.items() if kind not in kinds}
        return evolve(self, things=left)

    def names(self, kind: str) -> Mapping[str, str | None]:
        """Return what there is of a kind."""
        return self.things.get(kind, {})


def read(manifest: bytes, file: Callable[[str], bytes | None]) -> Contents:
    """Read a tree by its manifest; ``file`` gives a file of it, None if it is not there.

    Raises ValueError if it is not what `emit` writes.
    """
    try:
        said = cast("Mapping[str, object]", json.loads(manifest))
        return _read(said, file)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ValueError(f"{MANIFEST} is not one of an emitted tree") from None


def _read(said: Mapping[str, object], file: Callable[[str], bytes | None]) -> Contents:
    owned = cast("Mapping[str, str]", said["owned"])
    things: dict[str, dict[str, str | None]] = {}
    askers: dict[tuple[str, str], tuple[str, ...]] = {}
    known = [_asker(one) for one in cast("Sequence[Mapping[str, str]]", said["askers"])]
    for key, kind in _LISTED.items():
        if key not in said:  # of an older version
            continue
        entries = cast("Mapping[str, Sequence[int]]", said[key])
        things[kind] = dict.fromkeys(entries)
        askers |= {(kind, name): tuple(known[n] for n in who) for name, who in entries.items()}
    ids = cast("Mapping[str, Mapping[str, int]]", said["ids"])
    things["user"] = {name: str(number) for name, number in ids["users"].items()}
    things["group"] = {name: str(number) for name, number in ids["groups"].items()}
    versions = cast("Mapping[str, str]", said.get("versions", {}))
    things["version"] = dict(versions)
    things["source"] = {
        path: digest
        for path, digest in owned.items()
        if path not in _MADE and not path.startswith("modules/")
    }
    for kind in ("kernel module", "package", "port"):
        things[kind] = dict.fromkeys(things.get(kind, {}), "")
    kernel = None
    if (system := file("system.nix")) is not None:
        text = system.decode()
        made_of = (hash_ for path, hash_ in owned.items() if path.startswith("lib/kernel/"))
        kernel = "\n".join((*_block(text, "  kernel = liminix.kernel {"), *made_of))
        _add_values(things, text, owned)
    return Contents(
        things=things,
        askers=askers,
        kernel=kernel,
        hostname=str(said["hostname"]),
        device=str(said["device"]),
        root_type=str(said["root"]) if "root" in said else None,
    )


def _asker(one: Mapping[str, str]) -> str:
    return one["by"] + (f" ({one['where']})" if "where" in one else "")


def _add_values(
    things: dict[str, dict[str, str | None]], text: str, owned: Mapping[str, str]
) -> None:
    kernel = _block(text, "  kernel = liminix.kernel {")
    for name, value in _entries(_block("\n".join(kernel), "    symbols = {")):
        things["symbol"][name] = value
    for name, value in _entries(_block(text, "  services = {")):
        kind = "loader" if "kernel-modules.nix {" in value.partition("\n")[0] else "service"
        things[kind][name] = value + _body(value, owned)
    settings: dict[str, str | None] = {}
    system = _block(text, "liminix.system {")
    things["file"] |= dict(_entries(_block("\n".join(system), "  files = {")))
    for name, value in _entries(system):
        if name == "files":
            continue
        if name == "packages":
            settings["login packages"] = value
        else:
            settings[name] = value
    for name, value in _entries(kernel):
        if name != "symbols":
            settings[f"kernel.{name}"] = value
    settings["hardware"] = "\n".join(_block(text, "  hardware = "))
    things["setting"] = settings


def _body(value: str, owned: Mapping[str, str]) -> str:
    """Return the hashes of the folder that a service's body is in."""
    match = re.search(r"^ *body = \./(\S+)/[^/\s]+;$", value, re.MULTILINE)
    if match is None:
        return ""
    return "".join(f"\n{digest}" for path, digest in owned.items() if path.startswith(match[1]))


def _block(text: str, opening: str) -> list[str]:
    """Return the lines in an attribute that begins with a line, or none."""
    lines = iter(text.splitlines())
    indent = len(opening) - len(opening.lstrip())
    if not any(line.startswith(opening) for line in lines):
        return []
    found: list[str] = []
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        found.append(line)
    return found


def _entries(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the attributes that lines hold, each with its text as if it were not indented."""
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    name, value = "", list[str]()
    for line in lines:
        inner = line[indent:]
        if inner[:1] not in {" ", "}", "]", "'", ""} and (match := _ENTRY.match(inner)):
            if name:
                yield name, "\n".join(value)
            name, value = _plain(match[1]), [inner[match.end() :]]
        else:
            value.append(inner)
    if name:
        yield name, "\n".join(value)


def _plain(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') else name
