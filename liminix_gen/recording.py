"""Noting what a user's file says, with the lines that say it.

A wrong call does not end the file: its problem is noted with the caller's line, and all problems
of a run are reported together.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import TypeVar

from attrs import define, field

from liminix_gen.errors import ConfigurationError, Problem, Where, suggestion
from liminix_gen.model.values import ValueType

V = TypeVar("V")

_PACKAGE = str(Path(__file__).parent) + os.sep
_SHARE = f"{_PACKAGE}share{os.sep}"


def caller() -> Where:
    """Return the line, outside of this package, that led here."""
    frame = inspect.currentframe()
    while frame is not None and _is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        raise AssertionError("called from nowhere")
    return Where(Path(frame.f_code.co_filename), frame.f_lineno)


def _is_ours(file: str) -> bool:
    return file.startswith(_PACKAGE) and not file.startswith(_SHARE)


def is_refusal(error: Exception) -> bool:
    """Say whether an exception is the ValueError of one of our values, or of an output's name."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return (
        isinstance(error, ValueError)
        and trace is not None
        and _is_ours(trace.tb_frame.f_code.co_filename)
    )


class Problems:
    """The mistakes that were found so far, in order."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def note(self, where: Where | str | None, what: str, **more: str) -> None:
        """Note a mistake and go on."""
        self.found.append(Problem(where=where, what=what, **more))

    def checked(self, type_: ValueType[V], value: object, what: str, fallback: V) -> V:
        """Convert a value; note a mistake under the caller's line and use ``fallback``."""
        try:
            return type_.convert(value)
        except ValueError as error:
            self.note(caller(), f"{what} {error}")
            return fallback


@define
class Table(MutableMapping[str, V]):
    """A dictionary of a configuration: checks keys and values, and keeps each one's line.

    A key is set once; a second assignment is a mistake that names both lines.
    """

    name: str
    keys_: ValueType[str]
    values_: Callable[[object], V]
    problems: Problems
    _entries: dict[str, tuple[V, Where]] = field(factory=dict[str, "tuple[V, Where]"])

    def __setitem__(self, key: str, value: object) -> None:
        where = caller()
        try:
            name = self.keys_.convert(key)
        except ValueError as error:
            self.problems.note(where, f"a key of {self.name} {error}")
            return
        if name in self._entries:
            self.problems.note(
                where,
                f"{self.name}[{name!r}] is set twice",
                why=f"it was set at {self._entries[name][1]}",
            )
            return
        try:
            self._entries[name] = (self.values_(value), where)
        except ValueError as error:
            self.problems.note(where, f"{self.name}[{name!r}] {error}")

    def __getitem__(self, key: str) -> V:
        if key not in self._entries:
            raise ConfigurationError(
                *self.problems.found,
                Problem(
                    where=caller(),
                    what=f"{self.name} has no {key!r}",
                    why=suggestion(key, self._entries),
                ),
            )
        return self._entries[key][0]

    def __delitem__(self, key: str) -> None:
        del self._entries[key]

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def where(self, key: str) -> Where:
        """Return the line that set a key."""
        return self._entries[key][1]
