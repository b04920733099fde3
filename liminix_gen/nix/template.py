"""Templates of Nix text: the one place that fills them in, with what a typed writer made.

``{{ name }}`` stands for an expression at the start of a line, ``{{ name.at(2) }}`` for one whose
further lines are indented by two.
"""

from __future__ import annotations

import re

from liminix_gen.catalog import share_folder
from liminix_gen.nix.expression import Expression

_PLACE = re.compile(r"\{\{ (\w+)(?:\.at\((\d+)\))? \}\}")


def filled(template: str, **expressions: Expression) -> bytes:
    """Return a file of templates/nix with expressions in their places.

    Raises KeyError for a place that is left empty.
    """
    for name, value in expressions.items():
        if not isinstance(value, Expression):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"bare text in a template: {name}")
    text = (share_folder() / "templates" / "nix" / template).read_text(encoding="utf-8")
    return _PLACE.sub(lambda found: expressions[found[1]].at(int(found[2] or 0)), text).encode()
