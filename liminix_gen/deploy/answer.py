"""What a board says: bounded, of a known form, and printable before anything uses it.

A board may be another one than it was, or somebody else's by now. What it prints is KEY=VALUE lines
(docs/updating.md), each value of one of the forms here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from attrs import frozen

from liminix_gen.errors import printable

# Of either stream: a whole system's store paths are a hundredth of this.
LIMIT_BYTES = 1 << 20

_LINES = 20
_CHARACTERS = 300


@frozen
class Form:
    """What a value looks like; a value that does not is an error that says ``what`` was wanted."""

    pattern: str
    what: str


WORD = Form(r"[\w.+-]{1,64}", "a word")
ID = Form(r"[\w.+-]{0,64}", "a word, or nothing")
# names as Nix checks them (src/libstore/path.cc)
STORE_PATH = Form(r"/nix/store/[0-9a-z]{32}-[\w.+?=-]{1,211}", "a store path")
STORE_PATH_OR_NONE = Form(f"({STORE_PATH.pattern})?", "a store path, or nothing")
BYTES = Form(r"[0-9]{1,18}", "a number of bytes")
YES_OR_NO = Form(r"yes|no", "yes or no")


@frozen
class Answer:
    """The lines of an answer. A ValueError says what is wrong: the rest of a sentence."""

    _values: Mapping[str, Sequence[str]]

    @classmethod
    def parse(cls, text: str) -> Answer:
        """Read KEY=VALUE lines; other lines are not looked at."""
        *whole, rest = text.split("\n")
        if rest:
            raise ValueError(f"ends in the middle of a line: {_quoted(rest)}")
        values: dict[str, list[str]] = {}
        for line in whole:
            key, equals, value = line.partition("=")
            if equals:
                values.setdefault(key, []).append(value)
        return cls(values)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def one(self, key: str, form: Form, default: str | None = None) -> str:
        """Return the value of a key that stands there once; ``default`` if it is not there."""
        found = self.each(key, form)
        if len(found) > 1:
            raise ValueError(f"reports {key} {len(found)} times")
        if not found and default is None:
            raise ValueError(f"does not report {key}")
        return found[0] if found else str(default)

    def number(self, key: str) -> int:
        """Return a number of bytes."""
        return int(self.one(key, BYTES))

    def is_yes(self, key: str) -> bool:
        """Return a yes or no."""
        return self.one(key, YES_OR_NO) == "yes"

    def each(self, key: str, form: Form) -> tuple[str, ...]:
        """Return the values of a key that may stand there often, each another one."""
        found = self._values.get(key, ())
        for value in found:
            if re.fullmatch(form.pattern, value, re.ASCII) is None:
                raise ValueError(f"reports {key}={_quoted(value)}, which is not {form.what}")
        if len(set(found)) < len(found):
            raise ValueError(f"reports {key} twice with one value")
        return tuple(found)


def shown(text: str) -> str:
    """Return the end of what a board said, as a message may hold it."""
    lines = text.strip().replace("\r\n", "\n").split("\n")[-_LINES:]
    return "\n".join(_cut(printable(line)) for line in lines)


def _quoted(text: str) -> str:
    return _cut(repr(text[:_CHARACTERS]))


def _cut(text: str) -> str:
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}..."
