"""Templates of Nix text: the one place that fills them in, with what a typed writer made.

``{{ name }}`` stands for an expression at the start of a line, ``{{ name.at(2) }}`` for one whose
further lines are indented by two.
"""

from __future__ import annotations

from functools import cache

import jinja2

from liminix_gen.catalog import share_folder
from liminix_gen.nix.expression import Expression


def filled(template: str, **expressions: Expression) -> bytes:
    """Return a file of templates/nix with expressions in their places."""
    for name, value in expressions.items():
        if not isinstance(value, Expression):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"bare text in a template: {name}")
    return _templates().get_template(template).render(expressions).encode()


@cache
def _templates() -> jinja2.Environment:
    def text(value: object) -> object:
        return value.at(0) if isinstance(value, Expression) else value

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(share_folder() / "templates" / "nix"),
        undefined=jinja2.StrictUndefined,
        finalize=text,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  Nix, not HTML; the writers quote
    )
