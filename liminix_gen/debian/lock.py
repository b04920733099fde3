"""What the debian package set keeps in the lock file: its form as JSON, and its strict reading."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from liminix_gen import lock_file
from liminix_gen.debian.architectures import ARCHITECTURES
from liminix_gen.debian.lock_model import ArchitectureLock, HostTool, Lock, LockedPackage
from liminix_gen.debian.packages import PACKAGE_NAME
from liminix_gen.debian.suites import SUITES, release_of
from liminix_gen.lock_file import Ids, LockFile, Place

__all__ = [
    "ArchitectureLock",
    "HostTool",
    "Ids",
    "Lock",
    "LockedPackage",
    "content_of",
    "dump",
    "parse",
    "read",
]

_KEYS = ("version", "architectures", "host", "ids")


def dump(lock: Lock) -> str:
    """Return the text of a lock file; equal locks give equal bytes."""
    return lock_file.text_of(content_of(lock))


def content_of(lock: Lock) -> dict[str, object]:
    """Return what a lock file says, as JSON."""
    return {
        **lock.others,
        "version": lock_file.VERSION,
        "architectures": {
            name: {
                "packages": {one.name: _record(one) for one in section.packages.values()},
                "roots": list(section.roots),
                "names": dict(section.names),
                "suites": list(section.suites),
                **(
                    {"firmware": {one.name: _record(one) for one in section.firmware.values()}}
                    if section.firmware
                    else {}
                ),
                **(
                    {
                        "inputs": {
                            name: list(map(_record, files))
                            for name, files in section.inputs.items()
                        }
                    }
                    if section.inputs
                    else {}
                ),
                **(
                    {"linux-source": {"package": source.name, **_record(source)}}
                    if (source := section.linux_source)
                    else {}
                ),
            }
            for name, section in lock.architectures.items()
        },
        "host": {name: [tool.package, tool.version] for name, tool in lock.host.items()},
        "ids": lock_file.shown(lock.ids),
    }


def _record(one: LockedPackage) -> dict[str, object]:
    return {
        "version": one.version,
        "path": one.path,
        "sha256": one.sha256,
        "size": one.size_bytes,
        "suite": one.suite,
        "libraries": list(one.libraries),
    }


def parse(text: str, path: Path) -> Lock:
    """Read the text of a lock; `path` is for messages."""
    return read(lock_file.parse(text, path))


@lru_cache(maxsize=8)
def read(file: LockFile) -> Lock:
    """Read a lock. Raises ConfigurationError that names the place of what is wrong."""
    place = Place(file.path, "")
    content = dict(file.content)
    own = {name: content.pop(name) for name in _KEYS if name in content}
    _, architectures, host, ids = place.fields(own, *_KEYS)
    for name in (place / "architectures").items(architectures):
        if name not in ARCHITECTURES:
            raise (place / "architectures").wrong(f"{name} is not known")
    return Lock(
        architectures=(place / "architectures").mapping(architectures, _architecture),
        host=(place / "host").mapping(host, _host_tool),
        ids=lock_file.read_ids(place / "ids", ids),
        others=content,
    )


# No "..", so that a path stays below the mirror; nothing that a shell or a URL could read.
_PATH = r"pool/(?!.*\.\.)[A-Za-z0-9.+_~/-]+\.(deb|tar\.(gz|bz2|xz))"
_VERSION = r"[A-Za-z0-9.+:~-]+"


def _architecture(place: Place, value: object) -> ArchitectureLock:
    packages, roots, names, suites, source, firmware, inputs = place.fields(
        value,
        "packages",
        "roots",
        "names",
        "suites",
        optional=("linux-source", "firmware", "inputs"),
    )
    found = (place / "packages").mapping(packages, _package)
    section = ArchitectureLock(
        packages=found,
        roots=(place / "roots").texts(roots, PACKAGE_NAME),
        names=(place / "names").mapping(names, lambda at, one: at.text(one, PACKAGE_NAME)),
        suites=(place / "suites").texts(suites, "|".join(SUITES)),
        firmware=({} if firmware is None else (place / "firmware").mapping(firmware, _package)),
        inputs=({} if inputs is None else (place / "inputs").mapping(inputs, _input)),
        linux_source=None if source is None else _linux_source(place / "linux-source", source),
    )
    releases = {release_of((suite,)) for suite in section.suites}
    for one in section.packages.values():
        if releases != {release_of((one.suite,))}:
            shown = ", ".join(section.suites) or "none"
            what = f"all are of one release: {one.suite} does not go with the suites {shown}"
            raise (place / "packages" / one.name / "suite").wrong(what)
        for library in one.libraries:
            if library not in section.packages:
                at = place / "packages" / one.name / "libraries"
                raise at.wrong(f"{library} is not in the lock")
    for key in ("roots", "names"):
        asked = section.roots if key == "roots" else section.names.values()
        for name in asked:
            if name not in section.packages:
                raise (place / key).wrong(f"{name} is not in the lock")
    return section


def _package(place: Place, value: object) -> LockedPackage:
    name = place.text(re.split(r"\.(?:packages|firmware)\.", place.at, maxsplit=1)[1], PACKAGE_NAME)
    return _from_record(place, name, place.items(value))


def _input(place: Place, value: object) -> tuple[LockedPackage, ...]:
    name = place.text(place.at.rpartition(".inputs.")[2], PACKAGE_NAME)
    files = enumerate(place.elements(value))
    return tuple(
        _from_record(at, name, at.items(file))
        for at, file in ((place / number, file) for number, file in files)
    )


def _linux_source(place: Place, value: object) -> LockedPackage:
    items = dict(place.items(value))
    name = (place / "package").text(items.pop("package", None), PACKAGE_NAME)
    return _from_record(place, name, items)


def _from_record(place: Place, name: str, value: dict[str, object]) -> LockedPackage:
    version, path, sha256, size, suite, libraries = place.fields(
        value, "version", "path", "sha256", "size", "suite", "libraries"
    )
    return LockedPackage(
        name=name,
        version=(place / "version").text(version, _VERSION),
        path=(place / "path").text(path, _PATH),
        sha256=(place / "sha256").text(sha256, r"[0-9a-f]{64}"),
        size_bytes=(place / "size").number(size),
        suite=(place / "suite").text(suite, "|".join(SUITES)),
        libraries=(place / "libraries").texts(libraries, PACKAGE_NAME),
    )


def _host_tool(place: Place, value: object) -> HostTool:
    pair = place.texts(value, rf"{PACKAGE_NAME}|{_VERSION}")
    if len(pair) != 2:
        raise place.wrong("a pair of package and version is expected")
    return HostTool(package=pair[0], version=pair[1])
