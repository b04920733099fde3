"""How durations, sizes and lists are written."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import wrap

# The beginning of an item of a list in Markdown.
_ITEM = re.compile(r" *(?:-|\d+\.) +")
# That of lines to be copied.
_COMMANDS = " " * 4


def seconds(value: float) -> str:
    """Return ``0.8 s``, ``12 s`` or ``3 min 05 s``."""
    if value < 9.95:
        return f"{value:.1f} s"
    whole = round(value)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"


def size(value_bytes: int) -> str:
    """Return ``640 B``, ``12 kB`` or ``5.9 MB`` (decimal)."""
    if value_bytes < 1000:
        return f"{value_bytes} B"
    if value_bytes < 1_000_000:
        return f"{value_bytes / 1000:.0f} kB"
    return f"{value_bytes / 1_000_000:.1f} MB"


def operand(path: Path | str) -> str:
    """Return a path as a shell takes it, and no program as an option."""
    word = str(path)
    return shlex.quote(f"./{word}" if word.startswith("-") else word)


def count(number: int, noun: str) -> str:
    """Return ``1 package``, ``3 packages`` or ``2 libraries``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("ry") else f"{number} {noun}s"


def shortened(line: str, width: int) -> str:
    """Return a line of so many columns at most; what is left out leaves three dots."""
    return line if len(line) <= width else f"{line[: width - 3].rstrip()}..."


def columns(rows: Sequence[Sequence[str]], indent: str = "") -> str:
    """Return rows as lines of aligned columns, two spaces apart."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))] if rows else []
    lines = (
        indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def table(rows: Sequence[tuple[str, str]], width: int) -> str:
    """Return names and what belongs to each, aligned; what is long goes on in the next line."""
    first = max(len(name) for name, _ in rows) + 2
    lines = (
        line
        for name, value in rows
        for line in _wrapped(value, width, name.ljust(first), " " * first)
    )
    return "\n".join(lines)


def paragraphs(markdown: str, width: int) -> str:
    """Return paragraphs and lists of Markdown in so many columns; commands stay as they are."""
    groups = groupby(markdown.strip("\n").splitlines(), lambda line: bool(line.strip()))
    blocks = (tuple(lines) for has_text, lines in groups if has_text)
    return "\n\n".join("\n".join(_block(lines, width)) for lines in blocks)


def _block(lines: Sequence[str], width: int) -> Iterator[str]:
    """Yield the lines of a paragraph or a list, in so many columns; those of commands as given."""
    if lines[0].startswith(_COMMANDS):
        yield from lines
        return
    pieces: list[list[str]] = []
    for line in lines:
        if not pieces or _ITEM.match(line):
            pieces.append([line])
        else:
            pieces[-1].append(line.strip())
    for first, *others in pieces:
        item = _ITEM.match(first)
        mark = item[0] if item else first[: len(first) - len(first.lstrip())]
        yield from _wrapped(" ".join([first[len(mark) :], *others]), width, mark, " " * len(mark))


def _wrapped(line: str, width: int, first: str, others: str) -> Sequence[str]:
    """Return a line as several; no word is broken, for it may be a name or a command."""
    return wrap(
        line,
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
