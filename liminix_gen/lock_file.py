"""The lock file: its one exact form, and its strict reading.

It holds the numbers of a user's own users and groups; what else stands in it is the package sets'.
Sorted keys, two spaces, a newline at the end: equal locks are equal bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar, cast

from attrs import Factory, evolve, frozen

from liminix_gen import files
from liminix_gen.errors import ConfigurationError, Problem, suggestion

VERSION = 1

_T = TypeVar("_T")
_LONGEST = 500  # of what a message repeats
_HINT = "`liminix-gen lock` writes this file: restore it, or delete it and lock again"


@frozen(kw_only=True)
class Ids:
    """Numbers given to users and groups that a configuration adds."""

    users: Mapping[str, int] = Factory(dict[str, int])
    groups: Mapping[str, int] = Factory(dict[str, int])


@frozen(eq=False)
class LockFile:
    """A lock: where it lies, and what it says, as JSON. One that is not there is empty."""

    path: Path
    content: Mapping[str, object] = Factory(
        lambda: {"version": VERSION, "architectures": {}, "host": {}, "ids": shown(Ids())}
    )

    def ids(self) -> Ids:
        """Return the numbers of users and groups. Raises ConfigurationError."""
        return read_ids(Place(self.path, "ids"), self.content.get("ids"))

    def with_ids(self, ids: Ids) -> LockFile:
        """Return the lock with other numbers of users and groups."""
        return self.with_content({**self.content, "ids": shown(ids)})

    def with_content(self, content: Mapping[str, object]) -> LockFile:
        """Return a lock that says something else; the same one if it does not."""
        return self if content == self.content else evolve(self, content=content)

    def write(self) -> bool:
        """Write the file, whole or not at all; say whether it changed."""
        return write(self.path, text_of(self.content))


def read(path: Path) -> LockFile:
    """Read a lock file; an absent one is an empty lock. Raises ConfigurationError."""
    try:
        text = files.read(path).decode()
    except UnicodeDecodeError as error:
        what = f"the lock cannot be read: {error}"
        raise ConfigurationError(Problem(str(path), what, hint=_HINT, kind="lock")) from None
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not path.is_symlink():
            return LockFile(path)
        what = f"the lock cannot be read: {error.strerror}"
        raise ConfigurationError(Problem(str(path), what, kind="lock")) from None
    return parse(text, path)


def parse(text: str, path: Path) -> LockFile:
    """Read the text of a lock; ``path`` is for messages."""
    place = Place(path, "")
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}"
        raise ConfigurationError(
            Problem(where, "the lock is not JSON", error.msg, _HINT, kind="lock")
        ) from None
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or thousands of brackets.
        raise place.wrong("it cannot be read", str(error)) from None
    content = place.items(value)
    version = content.get("version")
    if isinstance(version, int) and version > VERSION:
        what = f"the lock has format {version}; this liminix-gen reads {VERSION}"
        raise ConfigurationError(
            Problem(str(path), what, hint="use the newer liminix-gen that wrote it", kind="lock")
        )
    if version != VERSION:
        raise place.wrong(f"its format is not version {VERSION}")
    return LockFile(path, content)


def text_of(content: Mapping[str, object]) -> str:
    """Return the text of a lock file; equal locks give equal bytes."""
    return json.dumps(content, indent=2, sort_keys=True) + "\n"


def shown(ids: Ids) -> dict[str, dict[str, int]]:
    """Return numbers of users and groups as they stand in the file."""
    return {"users": dict(ids.users), "groups": dict(ids.groups)}


def read_ids(place: Place, value: object) -> Ids:
    """Read the numbers of users and groups."""
    users, groups = place.fields(value, "users", "groups")
    return Ids(
        users=(place / "users").mapping(users, Place.number),
        groups=(place / "groups").mapping(groups, Place.number),
    )


def write(path: Path, text: str) -> bool:
    """Write a lock file, whole or not at all; say whether it changed."""
    try:
        return files.write(path, text.encode())
    except OSError as error:
        raise ConfigurationError(
            Problem(str(path), f"the lock cannot be written: {error.strerror}", kind="lock")
        ) from None


@frozen
class Place:
    """Where in the file a value stands; what reads it in one form, and refuses any other."""

    file: Path
    at: str

    def __truediv__(self, key: object) -> Place:
        return Place(self.file, f"{self.at}.{key}" if self.at else str(key))

    def wrong(self, what: str, why: str = "") -> ConfigurationError:
        """Return the error of this place."""
        shown = f"{self.at or 'the lock'}: {what}"
        if len(shown) > _LONGEST:
            shown = f"{shown[:_LONGEST]}..."
        return ConfigurationError(Problem(str(self.file), shown, why, _HINT, kind="lock"))

    def items(self, value: object) -> dict[str, object]:
        """Return an object."""
        if not isinstance(value, dict):
            raise self.wrong(f"an object is expected, not {value!r}")
        return cast("dict[str, object]", value)

    def fields(self, value: object, *names: str, optional: tuple[str, ...] = ()) -> list[object]:
        """Return the values of an object's fields, which are known."""
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
        """Return a list."""
        if not isinstance(value, list):
            raise self.wrong(f"a list is expected, not {value!r}")
        return cast("list[object]", value)

    def text(self, value: object, form: str = r"\S+") -> str:
        """Return a text of a form (a regular expression)."""
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise self.wrong(f"{value!r} does not have the form {form}")
        return value

    def number(self, value: object) -> int:
        """Return a number."""
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(f"a number is expected, not {value!r}")
        return value

    def mapping(self, value: object, each: Callable[[Place, object], _T]) -> dict[str, _T]:
        """Return an object whose values are read by a function."""
        return {key: each(self / key, one) for key, one in self.items(value).items()}

    def texts(self, value: object, form: str) -> list[str]:
        """Return a list of texts of a form."""
        found = self.elements(value)
        return [(self / number).text(one, form) for number, one in enumerate(found)]
