"""Templates of Nix text: the one place that fills them in, with what a typed writer made.

A template is Nix but for ``{{ name }}``, which stands for an expression; its further lines are
indented as the line is that it stands in.
"""

from __future__ import annotations

import re

from liminix_gen.catalog import share_folder
from liminix_gen.nix.expression import Expression

_PLACE = re.compile(r"\{\{ (\w+) \}\}")


def filled(template: str, **expressions: Expression) -> bytes:
    """Return a file of templates/nix with expressions in their places."""
    text = (share_folder() / "templates" / "nix" / template).read_text(encoding="utf-8")
    return "".join(_line(line, expressions) for line in text.splitlines(keepends=True)).encode()


def _line(line: str, expressions: dict[str, Expression]) -> str:
    column = len(line) - len(line.lstrip(" "))
    return _PLACE.sub(lambda place: expressions[place[1]].at(column), line)
