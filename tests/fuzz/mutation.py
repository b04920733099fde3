"""Inputs that are nearly right: what was right, changed in a few places."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from random import Random

# What programs get wrong: ends of ranges, other types, other writings of the same.
NUMBERS = (0, 1, -1, 255, 2**31 - 1, 2**31, 2**32, 2**63, 2**64, 10**400, -(2**63), 0.5, 1e308)
TEXTS = (
    "",
    " ",
    ".",
    "..",
    "../../etc/passwd",
    "/etc/passwd",
    "a\nb",
    "a\r\nb",
    "a\0b",
    "\x1b[2J\x1b]0;title\x07",
    "\x9b31m",
    "\u202eevil",
    "\u2028",
    "é",
    "\ud800",
    "'; touch x; '",
    '"',
    "${x}",
    "''",
    "*/",
    "\\",
    "-n",
    "=",
    "x" * 300,
    "x" * 70_000,
)
VALUES = (*NUMBERS, *TEXTS, None, True, False, [], {}, [[]], {"": None})
_BYTES = (
    b"\0",
    b"\n",
    b"\r",
    b"\xff",
    b"\x1b[",
    b"\xe2\x80\xae",
    b"=",
    b"{",
    b'"',
    b" ",
    b"9" * 20,
)
_TYPED = b"abcdefghijklmnopqrstuvwxyz0123456789"


def change(random: Random, text: bytes, *, most: int = 3) -> bytes:
    """Return a text with up to ``most`` changes: pieces cut, doubled, moved, put in."""
    for _ in range(random.randint(1, most)):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.choice((0, 1, 1, 2, 8, 64, 512)))
        piece = text[start:end]
        match random.randrange(12):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + piece + text[end:]
            case 2:
                text = text[:start] + random.choice(_BYTES) + text[end:]
            case 3:
                text = text[:start]
            case 4:
                text = text[:start] + random.randbytes(len(piece)) + text[end:]
            case 5:
                lines = text.split(b"\n")
                random.shuffle(lines)
                text = b"\n".join(lines)
            case 6:
                text = text[end:] + text[:end]
            case _:
                typed = bytes(random.choices(_TYPED, k=min(2, len(piece))))
                text = text[:start] + typed + text[start + len(typed) :]
    return text


def change_value(random: Random, value: object, *, most: int = 3) -> object:
    """Return a value as JSON holds them with up to ``most`` changes; the given one stays."""
    copy = cast("object", json.loads(json.dumps(value)))
    for _ in range(random.randint(1, most)):
        copy = _changed(random, copy)
    return copy


def _changed(random: Random, value: object) -> object:
    if isinstance(value, dict) and value and random.random() < 0.9:
        entries = cast("dict[str, object]", value)
        key = random.choice(sorted(entries))
        match random.randrange(10):
            case 0:
                del entries[key]
            case 1:
                entries[str(random.choice(TEXTS))] = entries[key]
            case 2:
                entries[random.choice(sorted(entries))] = entries[key]
            case _:
                entries[key] = _changed(random, entries[key])
        return entries
    if isinstance(value, list) and value and random.random() < 0.9:
        elements = cast("list[object]", value)
        index = random.randrange(len(elements))
        match random.randrange(6):
            case 0:
                del elements[index]
            case 1:
                elements.append(elements[index])
            case 2:
                random.shuffle(elements)
            case _:
                elements[index] = _changed(random, elements[index])
        return elements
    if random.random() < 0.5:
        if isinstance(value, str) and value:
            place = random.randrange(len(value))
            return value[:place] + chr(random.choice(_TYPED)) + value[place + 1 :]
        if type(value) is int:
            return value + random.choice((-1, 1, 7))
    return random.choice(VALUES)
