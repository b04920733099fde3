"""Noting what a user's file says, with the lines that say it.

A wrong call does not end the file: its problem is noted with the caller's line, and all problems
of a run are reported together.
"""

from __future__ import annotations

import ast
import inspect
import os
import sysconfig
import tokenize
import traceback
from collections.abc import (
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    MutableSequence,
)
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Self, TypeVar, cast, overload

from attrs import define, field, frozen

from liminix_gen.errors import ConfigurationError, Problem, Where, suggestion
from liminix_gen.model.values import ValueType

V = TypeVar("V")

_PACKAGE = str(Path(__file__).parent) + os.sep
_SHARE = f"{_PACKAGE}share{os.sep}"
# Code that neither a user nor an author wrote.
_FOREIGN = tuple({sysconfig.get_path(name) + os.sep for name in ("stdlib", "purelib", "platlib")})


@frozen(eq=False)
class Call:
    """A call that a user or an author wrote, with its line.

    Where its arguments are is looked up when it is asked for, which is when one is wrong.
    """

    where: Where
    code: CodeType | None = None
    instruction: int = 0

    def line_of(self, argument: str, *keys: str | int, position: int | None = None) -> Where:
        """Return the line of an argument, or of what keys lead to in it, as far as it is written.

        ``position`` is its place among those without a name.
        """
        node = self._argument(argument, position) if self.code is not None else None
        if node is None:
            return self.where
        at, inner = node
        for key in keys:
            found = _element(inner, key)
            if found is None:
                break
            at, inner = found
        return Where(self.where.path, at.lineno, _columns(at))

    def _argument(
        self, name: str, position: int | None
    ) -> tuple[ast.keyword | ast.expr, ast.expr] | None:
        code = cast("CodeType", self.code)
        positions = islice(code.co_positions(), self.instruction // 2 + 1)
        *_, (_, end_line, _, end_column) = positions
        try:
            with tokenize.open(code.co_filename) as stream:
                call = _calls(stream.read()).get((end_line, end_column))
        except (OSError, SyntaxError, ValueError, RecursionError):  # no longer what ran
            return None
        if call is None:
            return None
        for keyword in call.keywords:
            if keyword.arg == name:
                return keyword, keyword.value
        if position is not None and position < len(call.args):
            return call.args[position], call.args[position]
        return None


def _columns(node: ast.keyword | ast.expr) -> tuple[int, int] | tuple[()]:
    """Return where in its first line something is, if it ends there too."""
    if node.end_lineno != node.lineno or node.end_col_offset is None:
        return ()
    return node.col_offset, node.end_col_offset


def _element(node: ast.expr, key: str | int) -> tuple[ast.expr, ast.expr] | None:
    """Return an element of a list or dictionary that is written out: what names it, its value."""
    if isinstance(node, ast.Dict):
        for name, value in zip(node.keys, node.values, strict=True):
            if isinstance(name, ast.Constant) and str(name.value) == str(key):
                return name, value
    elif isinstance(node, ast.List | ast.Tuple) and isinstance(key, int):
        before = node.elts[: key + 1]
        if len(before) > key and not any(isinstance(one, ast.Starred) for one in before):
            return before[key], before[key]
    return None


# In the place of a call in a user's Python file.
_standing: ContextVar[Call | None] = ContextVar("standing", default=None)


@contextmanager
def standing_at(call: Call | None) -> Generator[None]:
    """Have a call stand for the user's: what is noted now is about it."""
    token = _standing.set(call)
    try:
        yield
    finally:
        _standing.reset(token)


def calling() -> Call:
    """Return the call of a user or an author that led here."""
    if (standing := _standing.get()) is not None:
        return standing
    frame = inspect.currentframe()
    while frame is not None and not is_written(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:  # a thread, or a text that was compiled
        return Call(Where(Path("<unknown>"), 1))
    where = Where(Path(frame.f_code.co_filename), frame.f_lineno)
    return Call(where, frame.f_code, frame.f_lasti)


def caller(argument: str = "", position: int | None = None) -> Where:
    """Return the line of a user or an author that led here.

    With ``argument`` it is the line of that argument, if the call spans several; ``position`` is
    its place among those without a name.
    """
    call = calling()
    return call.line_of(argument, position=position) if argument else call.where


def is_written(file: str) -> bool:
    """Say whether a user or an author wrote the code of a file, not this package nor Python."""
    return file.startswith(_SHARE) or not file.startswith(("<", _PACKAGE, *_FOREIGN))


def _is_ours(file: str) -> bool:
    return file.startswith(_PACKAGE) and not file.startswith(_SHARE)


@lru_cache(maxsize=4)
def _calls(text: str) -> Mapping[tuple[int | None, int | None], ast.Call]:
    """Return the calls of a file by where they end, which is where no other does."""
    return {
        (node.end_lineno, node.end_col_offset): node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
    }


def line_in(error: BaseException, wanted: Callable[[str], bool] = is_written) -> Where | None:
    """Return the deepest line of an error's traceback whose file is wanted."""
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if wanted(frame.f_code.co_filename):
            found = Where(Path(frame.f_code.co_filename), line)
    return found


def is_refusal(error: BaseException) -> bool:
    """Say whether an exception is a ValueError of the model, or of an output's name."""
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

    def note(
        self, where: Where | str | None, what: str, *, why: str = "", hint: str = "", kind: str = ""
    ) -> None:
        """Note a mistake, once, and go on."""
        self.add(Problem(where=where, what=what, why=why, hint=hint, kind=kind))

    def add(self, *problems: Problem) -> None:
        """Note mistakes that were described elsewhere, each once."""
        self.found += [one for one in dict.fromkeys(problems) if one not in self.found]

    def checked(
        self, type_: ValueType[V], value: object, what: str, fallback: V, where: Where | None = None
    ) -> V:
        """Convert a value; note a mistake under the caller's line and use ``fallback``."""
        try:
            return type_.convert(value)
        except ValueError as error:
            self.note(where or caller(), f"{what} {error}")
            return fallback


@define(eq=False)
class Listed(MutableSequence[str]):
    """A list of a configuration: checks its elements, and keeps each one's line."""

    name: str
    element: ValueType[str]
    problems: Problems
    _entries: list[tuple[str, Where]] = field(factory=list["tuple[str, Where]"])

    def replace(self, names: Iterable[str]) -> None:
        """Hold other elements, of the line that says so."""
        self._entries = [(name, caller()) for name in names]

    def _entry(self, value: object) -> list[tuple[str, Where]]:
        try:
            return [(self.element.convert(value), caller())]
        except ValueError as error:
            self.problems.note(caller(), f"{self.name} {error}")
            return []

    def insert(self, index: int, value: str) -> None:
        self._entries[index:index] = self._entry(value)

    def extend(self, values: Iterable[str]) -> None:
        # Text would be taken for a list of its letters.
        for value in [values] if isinstance(values, str) else values:
            self.append(value)

    def __iadd__(self, values: Iterable[str]) -> Self:
        self.extend(values)
        return self

    def __add__(self, values: Iterable[str]) -> list[str]:
        return [*self, *values]

    def __setitem__(self, index: int | slice, value: str | Iterable[str]) -> None:
        values = [value] if isinstance(index, int) else value
        found = [entry for one in values for entry in self._entry(one)]
        if isinstance(index, int):
            at = range(len(self))[index]
            index = slice(at, at + 1)
        self._entries[index] = found

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, int):
            return self._entries[index][0]
        return [name for name, _ in self._entries[index]]

    def __delitem__(self, index: int | slice) -> None:
        del self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return repr(list(self))

    def written(self) -> Iterator[tuple[str, Where]]:
        """Yield each element with the line that says it."""
        yield from self._entries


class AbsentError(ConfigurationError, KeyError):
    """A table has no such key; a KeyError too, for get() and setdefault()."""


@define
class Table(MutableMapping[str, V]):
    """A dictionary of a configuration: checks keys and values, and keeps each one's line.

    A key is set once; a second assignment is a mistake that names both lines.
    """

    name: str
    keys_: ValueType[str]
    values_: Callable[[object], V]
    problems: Problems
    example: str = ""
    _entries: dict[str, tuple[V, Where]] = field(factory=dict[str, "tuple[V, Where]"])
    # Whether something that was meant to be in it is not.
    lacks_some: bool = False

    def refuse(self, where: Where, what: str, hint: str = "") -> None:
        """Note an entry that is not taken."""
        self.lacks_some = True
        self.problems.note(where, what, hint=hint)

    @property
    def _hint(self) -> str:
        return f"for example {self.example}" if self.example else ""

    def __setitem__(self, key: str, value: object) -> None:
        where = caller()
        try:
            name = self.keys_.convert(key)
        except ValueError as error:
            self.refuse(where, f"a key of {self.name} {error}", self._hint)
            return
        if name in self._entries:
            self.problems.note(
                where,
                f"{self.name}[{name!r}] is set twice",
                why=f"it was set at {self._entries[name][1]}",
                hint="remove one of the lines, or give one another key",
            )
            return
        try:
            self._entries[name] = (self.values_(value), where)
        except ValueError as error:
            self.refuse(where, f"{self.name}[{name!r}] {error}", self._hint)

    def update(self, other: object = (), /, **more: object) -> None:
        """Set what a dictionary has; note what is none."""
        if isinstance(other, Mapping | Iterable):
            super().update(cast("Mapping[str, V]", other), **cast("dict[str, V]", more))
            return
        what = f"{self.name}.update() takes a dictionary, not an object of {type(other).__name__}"
        # A profile has one.
        inside = self.name.rpartition(".")[2]
        hint = f"{self.name}.update(home.{inside}) if it is `home`"
        self.refuse(caller(), what, hint if hasattr(other, inside) else "")

    def __getitem__(self, key: str) -> V:
        if key not in self._entries:
            raise AbsentError(
                *self.problems.found,
                Problem(
                    where=caller(),
                    what=f"{self.name} has no {key!r}",
                    hint=suggestion(key, self._entries),
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
