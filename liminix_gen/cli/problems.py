"""A mistake on a terminal: in colours, with the line of the source and what in it is meant."""

from __future__ import annotations

import os
import re
import tokenize
from collections.abc import Callable
from contextlib import suppress

from liminix_gen.errors import Problem, Where, printable

_BOLD, _RED, _BLUE, _GREEN, _END = "\x1b[1m", "\x1b[1;31m", "\x1b[34m", "\x1b[32m", "\x1b[0m"


def more(kind: str) -> str:
    """Return the line that names the page of a kind of error."""
    return f"  {_coloured()('more:', _GREEN)} liminix-gen explain {kind}"


def shown(problem: Problem) -> str:
    """Return a problem as a terminal shows it; without colours if NO_COLOR or a dumb TERM asks."""
    coloured = _coloured()
    first, *rest = str(problem).split("\n")
    if problem.where is not None:
        where = printable(str(problem.where))
        first = f"{coloured(f'{where}:', _BOLD)} {coloured(first[len(where) + 2 :], _RED)}"
    else:
        first = coloured(first, _RED)
    lines = [first]
    if isinstance(problem.where, Where) and problem.is_quoted:
        for margin, text, is_mark in _excerpt(problem.where, problem.what):
            lines.append(f"{coloured(margin, _BLUE)} {coloured(text, _RED) if is_mark else text}")
    for line in rest:
        word, hint, text = line.partition("hint: ")
        lines.append(f"{word}{coloured(hint, _GREEN)}{text}" if hint and not word.strip() else line)
    return "\n".join(lines)


def _coloured() -> Callable[[str, str], str]:
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM", "dumb") == "dumb"

    def coloured(text: str, colour: str) -> str:
        return text if plain or not text else f"{colour}{text}{_END}"

    return coloured


def _excerpt(where: Where, what: str) -> list[tuple[str, str, bool]]:
    """Return the line of the source and a line of marks below it, each behind a margin."""
    source = ""
    with suppress(OSError, SyntaxError, ValueError), tokenize.open(where.path) as file:
        source = next((line for at, line in enumerate(file, 1) if at == where.line), "")
    source = source.rstrip()
    if not source.strip():
        return []
    start, end = _marked(source, where, what)
    # A tab stays one, so that the marks stand below what they mark.
    before = re.sub(r"[^\t]", " ", source[:start])
    number = f"{where.line:>5} |"
    return [
        (number, printable(source), False),
        (f"{'|':>{len(number)}}", before + "^" * (end - start), True),
    ]


def _marked(source: str, where: Where, what: str) -> tuple[int, int]:
    """Return what of a line is meant: the argument, a word that the message quotes, or all."""
    if where.columns:
        # ast counts bytes.
        start, end = (len(source.encode()[:at].decode(errors="ignore")) for at in where.columns)
        if start < end:
            return start, end
    for word in re.findall(r"'([^']+)'", what):
        if match := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", source):
            return match.span()
    return len(source) - len(source.lstrip()), len(source)
