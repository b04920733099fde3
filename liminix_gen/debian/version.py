"""Order of Debian version numbers (Debian Policy 5.6.12)."""

from __future__ import annotations

import operator
import re
from functools import total_ordering
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# A text (its characters' ranks and a 0, so that `~` sorts before the end of the text), a number.
_Key = tuple[tuple[tuple[int, ...], int], ...]
_END: tuple[tuple[int, ...], int] = ((0,), 0)
_PART = re.compile(r"([^0-9]*)([0-9]*)")


@total_ordering
class Version:
    """A version: [epoch:]upstream[-revision], ordered as dpkg orders it."""

    __slots__ = ("_key", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        epoch, colon, rest = text.partition(":")
        if not colon:
            epoch, rest = "0", text
        upstream, dash, revision = rest.rpartition("-")
        if not dash:
            upstream, revision = rest, ""
        self._key = (_key(epoch), _key(upstream), _key(revision))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key == other._key

    def __lt__(self, other: Version) -> bool:
        for mine, theirs in zip(self._key, other._key, strict=True):
            for one, two in zip_longest(mine, theirs, fillvalue=_END):
                if one != two:
                    return one < two
        return False

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return self.text


def _key(part: str) -> _Key:
    """Return alternating texts and numbers, without what equals the end."""
    pieces = [
        ((*map(_order, text), 0), int(digits or 0))
        for text, digits in _PART.findall(part)
        if text or digits
    ]
    while pieces and pieces[-1] == _END:
        pieces.pop()
    return tuple(pieces)


def _order(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256


_RELATIONS: Mapping[str, Callable[[Version, Version], bool]] = {
    "<<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">>": operator.gt,
}


def satisfies(version: str, relation: str, wanted: str) -> bool:
    """Say whether `version` stands in `relation` (<<, <=, =, >=, >>) to `wanted`."""
    return _RELATIONS[relation](Version(version), Version(wanted))
