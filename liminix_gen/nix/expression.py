"""Typed writers of Nix text, in the form of RFC 166.

Everything that reaches Nix text is an Expression; ``expression`` makes one of a Python value.
``at(column)`` gives the text for a place indented by that many spaces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import cast

from attrs import frozen

from liminix_gen.errors import printable

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")
_KEYWORDS = frozenset({"if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "or"})
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class Expression:
    """A piece of Nix."""

    def at(self, column: int) -> str:
        """Return the text; lines after the first are indented by ``column`` and more."""
        raise NotImplementedError

    @property
    def simple(self) -> bool:
        """Whether the text is one short word, which may share a line in a list."""
        return True


@frozen
class Identifier(Expression):
    """A name, or names joined by dots."""

    name: str

    def at(self, column: int) -> str:
        return self.name


@frozen
class Path(Expression):
    """A path relative to the file that holds it."""

    path: str

    def at(self, column: int) -> str:
        return f"./{self.path}"


@frozen
class Below(Expression):
    """A path below a folder that a name stands for."""

    folder: str
    path: str

    @property
    def simple(self) -> bool:
        return False

    def at(self, column: int) -> str:
        return f'{self.folder} + "/{_escaped(self.path)}"'


@frozen
class Number(Expression):
    """A whole number, or a number with a fraction."""

    value: int | float

    def at(self, column: int) -> str:
        if self.value < 0:
            return f"(-{Number(-self.value).at(column)})"
        if isinstance(self.value, int):
            return repr(self.value)
        from decimal import Decimal  # noqa: PLC0415  few have a fraction

        # Every digit, and no exponent: Nix wants a '.' in front of one.
        digits = format(Decimal(repr(self.value)), "f")
        return digits if "." in digits else f"{digits}.0"


@frozen
class String(Expression):
    """A string: text, and expressions that are interpolated."""

    parts: tuple[str | Expression, ...]

    def at(self, column: int) -> str:
        block = self._block(column)
        if block is not None:
            return block
        # A '$' at the end of one part and a '{' at the start of the next would meet.
        text = "".join(
            _escaped(part) if isinstance(part, str) else f"${{{part.at(column)}}}"
            for part in self._joined()
        )
        return f'"{text}"'

    def _joined(self) -> tuple[str | Expression, ...]:
        joined: list[str | Expression] = []
        for part in self.parts:
            if isinstance(part, str) and joined and isinstance(joined[-1], str):
                joined[-1] += part
            else:
                joined.append(part)
        return tuple(joined)

    def _block(self, column: int) -> str | None:
        """Return the text as an indented string, if that keeps every byte."""
        if len(self._joined()) != 1 or not isinstance(self._joined()[0], str):
            return None
        text = cast("str", self._joined()[0])
        lines = text.split("\n")
        keeps = (
            len(lines) > 2
            and lines[-1] == ""
            and not text.startswith(" ")
            and any(line and not line.startswith(" ") for line in lines)
            and all(line == "" or line.strip(" ") for line in lines)
            and "''" not in text
            and "'$" not in text
            and "$$" not in text
            and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)
        )
        if not keeps or lines[0] == "":
            return None
        inner = " " * (column + 2)
        body = "\n".join(
            f"{inner}{line}" if line else "" for line in text.replace("${", "''${").split("\n")[:-1]
        )
        return f"''\n{body}\n{' ' * column}''"


@frozen
class List(Expression):
    """A list; one element to a line, unless it is a single short one."""

    elements: tuple[Expression, ...]

    @property
    def simple(self) -> bool:
        return not self.elements

    def at(self, column: int) -> str:
        if not self.elements:
            return "[ ]"
        texts = [_argument(element, column + 2) for element in self.elements]
        if len(texts) == 1 and self.elements[0].simple and "\n" not in texts[0]:
            return f"[ {texts[0]} ]"
        inner = " " * (column + 2)
        return "[\n" + "".join(f"{inner}{text}\n" for text in texts) + " " * column + "]"


@frozen
class AttributeSet(Expression):
    """An attribute set, in the order given; ``inherited`` names stand first."""

    attributes: Mapping[str, Expression]
    inherited: tuple[str, ...] = ()

    @property
    def simple(self) -> bool:
        return not self.attributes and not self.inherited

    def at(self, column: int) -> str:
        if self.simple:
            return "{ }"
        inner = " " * (column + 2)
        lines = [f"inherit {name};" for name in self.inherited]
        lines += [
            f"{attribute_name(name)} = {value.at(column + 2)};"
            for name, value in self.attributes.items()
        ]
        return "{\n" + "".join(f"{inner}{line}\n" for line in lines) + " " * column + "}"


@frozen
class Attribute(Expression):
    """An attribute of an expression: ``packages.busybox``; always quoted if asked."""

    base: Expression
    name: str
    quoted: bool = False

    def at(self, column: int) -> str:
        return f"{self.base.at(column)}.{attribute_name(self.name, quoted=self.quoted)}"


@frozen
class Call(Expression):
    """A function applied to arguments."""

    function: Expression
    arguments: tuple[Expression, ...]

    @property
    def simple(self) -> bool:
        return False

    def at(self, column: int) -> str:
        words = [self.function.at(column)]
        words += [_argument(argument, column) for argument in self.arguments]
        return " ".join(words)


@frozen
class Formals(Expression):
    """The formals of a function, each with the value that it has when it is not given."""

    defaults: Mapping[str, Expression]

    def at(self, column: int) -> str:
        inner = " " * (column + 2)
        lines = (
            f"{inner}{name} ? {value.at(column + 2)},\n" for name, value in self.defaults.items()
        )
        return "{\n" + "".join(lines) + " " * column + "}"


@frozen
class Comment(Expression):
    """Text as a comment of one line may hold it: what would end the line is an escape."""

    text: str

    def at(self, column: int) -> str:
        return printable(self.text).replace("\n", "\\n").replace("\t", "\\t")


TRUE, FALSE, NULL = Identifier("true"), Identifier("false"), Identifier("null")


def expression(value: object) -> Expression:
    """Return the expression of a Python value; TypeError for what has none.

    A number or text of a class of its own has none: only that class knows what it stands for.
    """
    match value:
        case Expression():
            return value
        case None:
            return NULL
        case True | False:
            return TRUE if value else FALSE
        case int() if type(value) is int and -(2**63) < value < 2**63:
            return Number(value)
        case float() if type(value) is float and isfinite(value):
            return Number(value)
        case str() if type(value) is str:
            return String((value,))
        case list() | tuple():
            return List(tuple(map(expression, cast("tuple[object, ...]", value))))
        case Mapping():
            entries = cast("Mapping[object, object]", value)
            return AttributeSet({_name(name): expression(one) for name, one in entries.items()})
        case _:
            raise TypeError(f"no Nix expression for {value!r}")


def _name(name: object) -> str:
    if type(name) is not str:
        raise TypeError(f"no Nix attribute is named {name!r}")
    return name


def attribute_name(name: str, *, quoted: bool = False) -> str:
    """Return the text of an attribute's name, quoted if it must be."""
    if not quoted and _IDENTIFIER.fullmatch(name) and name not in _KEYWORDS:
        return name
    return f'"{_escaped(name)}"'


def _escaped(text: str) -> str:
    if "\0" in text:
        raise ValueError("a Nix string cannot hold a NUL byte")
    text.encode()  # a UnicodeEncodeError, a ValueError too, for half of a surrogate pair
    return text.translate(_ESCAPES).replace("${", "\\${")


def _argument(value: Expression, column: int) -> str:
    text = value.at(column)
    return f"({text})" if isinstance(value, Below | Call) else text
