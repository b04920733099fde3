"""Templates of Nix text: the one place that fills them in, with what a typed writer made."""

from __future__ import annotations

from functools import cache

import jinja2
from attrs import frozen

from liminix_gen import catalog
from liminix_gen.nix.expression import Expression


class Text(str):
    """Text that a template may hold: a typed writer made it, or it is a plain file name."""

    __slots__ = ()


@frozen
class Written:
    """An expression, as a template sees it."""

    expression: Expression

    def at(self, column: int) -> Text:
        """Return its text, for a line that begins at a column."""
        return Text(self.expression.at(column))


def filled(template: str, **names: Expression | Text | tuple[object, ...]) -> bytes:
    """Return a file of templates/nix with names in their places."""
    values = {
        name: Written(value) if isinstance(value, Expression) else value
        for name, value in names.items()
    }
    return _templates().get_template(template).render(values).encode()


@cache
def _templates() -> jinja2.Environment:
    def only_typed(value: object) -> object:
        if isinstance(value, str) and not isinstance(value, Text):
            raise TypeError(f"bare text in a template: {value!r}")
        return value

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(catalog.share_folder() / "templates" / "nix"),
        undefined=jinja2.StrictUndefined,
        finalize=only_typed,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # noqa: S701  Nix, not HTML; the writers quote
    )
