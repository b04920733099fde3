"""The lock file: the one exact form of a lock as JSON, and its strict reading.

Sorted keys, two spaces, a newline at the end: equal locks are equal bytes.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from attrs import frozen

from liminix_gen.debian.lock_model import ArchitectureLock, HostTool, Ids, Lock, LockedPackage
from liminix_gen.debian.packages import ARCHITECTURES
from liminix_gen.debian.suites import SUITES, release_of
from liminix_gen.errors import ConfigurationError, Problem, suggestion

__all__ = [
    "ArchitectureLock",
    "HostTool",
    "Ids",
    "Lock",
    "LockedPackage",
    "dump",
    "load",
    "parse",
    "write",
]

VERSION = 1

_T = TypeVar("_T")
_LONGEST = 500  # of what a message repeats
_HINT = "`liminix-gen lock` writes this file: restore it, or delete it to lock anew"


def dump(lock: Lock) -> str:
    """Return the text of a lock file; equal locks give equal bytes."""
    value = {
        "version": VERSION,
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
                    {"linux-source": {"package": source.name, **_record(source)}}
                    if (source := section.linux_source)
                    else {}
                ),
            }
            for name, section in lock.architectures.items()
        },
        "host": {name: [tool.package, tool.version] for name, tool in lock.host.items()},
        "ids": {"users": dict(lock.ids.users), "groups": dict(lock.ids.groups)},
    }
    return json.dumps(value, indent=2, sort_keys=True) + "\n"


def _record(one: LockedPackage) -> dict[str, object]:
    return {
        "version": one.version,
        "path": one.path,
        "sha256": one.sha256,
        "size": one.size_bytes,
        "suite": one.suite,
        "libraries": list(one.libraries),
    }


def write(path: Path, lock: Lock) -> bool:
    """Write a lock file, whole or not at all; say whether it changed."""
    text = dump(lock)
    try:
        if path.is_file() and path.read_text() == text:
            return False
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            staged = Path(file.name)
            try:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
                mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
                staged.chmod(mode)
                staged.replace(path)
            except BaseException:
                staged.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ConfigurationError(
            Problem(str(path), f"the lock cannot be written: {error.strerror}")
        ) from None
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def load(path: Path) -> Lock:
    """Read a lock file; an absent one is an empty lock. Raises ConfigurationError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Lock()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(Problem(str(path), f"the lock cannot be read: {error}")) from None
    return parse(text, path)


def parse(text: str, path: Path) -> Lock:
    """Read the text of a lock; `path` is for messages."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}"
        raise ConfigurationError(Problem(where, "the lock is not JSON", error.msg, _HINT)) from None
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or thousands of brackets.
        raise _Place(path, "").wrong("it cannot be read", str(error)) from None
    return _lock(_Place(path, ""), value)


@frozen
class _Place:
    """Where in the file a value stands, for messages."""

    file: Path
    at: str

    def __truediv__(self, key: object) -> _Place:
        return _Place(self.file, f"{self.at}.{key}" if self.at else str(key))

    def wrong(self, what: str, why: str = "") -> ConfigurationError:
        told = f"{self.at or 'the lock'}: {what}"
        if len(told) > _LONGEST:
            told = f"{told[:_LONGEST]}..."
        return ConfigurationError(Problem(str(self.file), told, why, _HINT))

    def items(self, value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self.wrong(f"an object is expected, not {value!r}")
        return cast("dict[str, object]", value)

    def fields(self, value: object, *names: str, optional: tuple[str, ...] = ()) -> list[object]:
        items = self.items(value)
        for name in names:
            if name not in items:
                raise self.wrong(f"{name} is missing")
        for name in items:
            if name not in (*names, *optional):
                near = suggestion(name, (*names, *optional))
                raise self.wrong(f"{name} is not known", near)
        return [items.get(name) for name in (*names, *optional)]

    def elements(self, value: object) -> list[object]:
        if not isinstance(value, list):
            raise self.wrong(f"a list is expected, not {value!r}")
        return cast("list[object]", value)

    def text(self, value: object, form: str = r"\S+") -> str:
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise self.wrong(f"{value!r} does not have the form {form}")
        return value

    def number(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(f"a number is expected, not {value!r}")
        return value

    def mapping(self, value: object, each: Callable[[_Place, object], _T]) -> dict[str, _T]:
        return {key: each(self / key, one) for key, one in self.items(value).items()}

    def texts(self, value: object, form: str) -> list[str]:
        found = self.elements(value)
        return [(self / number).text(one, form) for number, one in enumerate(found)]


_PACKAGE = r"[a-z0-9][a-z0-9+.-]+"
_NAME = r"[A-Za-z_][A-Za-z0-9_.+-]*|[0-9][A-Za-z0-9_.+-]+"
# No "..", so that a path stays below the mirror; nothing that a shell or a URL could read.
_PATH = r"pool/(?!.*\.\.)[A-Za-z0-9.+_~/-]+\.deb"
_VERSION = r"[A-Za-z0-9.+:~-]+"


def _lock(place: _Place, value: object) -> Lock:
    version = place.items(value).get("version")
    if isinstance(version, int) and version > VERSION:
        what = f"the lock has format {version}; this liminix-gen reads {VERSION}"
        raise ConfigurationError(
            Problem(str(place.file), what, hint="use the newer liminix-gen that wrote it")
        )
    if version != VERSION:
        raise place.wrong(f"its format is not version {VERSION}")
    _, architectures, host, ids = place.fields(value, "version", "architectures", "host", "ids")
    for name in (place / "architectures").items(architectures):
        if name not in ARCHITECTURES:
            raise (place / "architectures").wrong(f"{name} is not known")
    users, groups = (place / "ids").fields(ids, "users", "groups")
    return Lock(
        architectures=(place / "architectures").mapping(architectures, _architecture),
        host=(place / "host").mapping(host, _host_tool),
        ids=Ids(
            users=(place / "ids.users").mapping(users, _Place.number),
            groups=(place / "ids.groups").mapping(groups, _Place.number),
        ),
    )


def _architecture(place: _Place, value: object) -> ArchitectureLock:
    packages, roots, names, suites, source, firmware = place.fields(
        value, "packages", "roots", "names", "suites", optional=("linux-source", "firmware")
    )
    found = (place / "packages").mapping(packages, _package)
    section = ArchitectureLock(
        packages=found,
        roots=(place / "roots").texts(roots, _PACKAGE),
        names=(place / "names").mapping(names, lambda at, one: at.text(one, _PACKAGE)),
        suites=(place / "suites").texts(suites, "|".join(SUITES)),
        firmware=({} if firmware is None else (place / "firmware").mapping(firmware, _package)),
        linux_source=None if source is None else _linux_source(place / "linux-source", source),
    )
    releases = {release_of((suite,)) for suite in section.suites}
    for one in section.packages.values():
        if releases != {release_of((one.suite,))}:
            told = ", ".join(section.suites) or "none"
            what = f"all are of one release: {one.suite} does not go with the suites {told}"
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


def _package(place: _Place, value: object) -> LockedPackage:
    name = place.text(re.split(r"\.(?:packages|firmware)\.", place.at, maxsplit=1)[1], _PACKAGE)
    return _from_record(place, name, place.items(value))


def _linux_source(place: _Place, value: object) -> LockedPackage:
    items = dict(place.items(value))
    name = (place / "package").text(items.pop("package", None), _PACKAGE)
    return _from_record(place, name, items)


def _from_record(place: _Place, name: str, value: dict[str, object]) -> LockedPackage:
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
        libraries=(place / "libraries").texts(libraries, _PACKAGE),
    )


def _host_tool(place: _Place, value: object) -> HostTool:
    pair = place.texts(value, rf"{_PACKAGE}|{_VERSION}")
    if len(pair) != 2:
        raise place.wrong("a pair of package and version is expected")
    return HostTool(package=pair[0], version=pair[1])
