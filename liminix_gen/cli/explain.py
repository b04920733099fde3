"""`liminix-gen explain`: what a kind of error means, from the manual."""

from __future__ import annotations

from typing import Annotated

import typer

from liminix_gen import text
from liminix_gen.errors import ConfigurationError, Problem, suggestion


def _kinds(incomplete: str) -> list[str]:
    from liminix_gen.docs.errors import sections  # noqa: PLC0415  not needed for --help

    return [kind for kind in sections() if kind.startswith(incomplete)]


def explain(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[KIND]",
            help="A word that the last line of an error names: claims.",
            autocompletion=_kinds,
        ),
    ] = None,
) -> None:
    """Say what a kind of error means, and how to mend it.

    Without KIND it lists them.
    """
    from liminix_gen.docs.errors import sections, summary  # noqa: PLC0415  not needed for --help

    known = sections()
    if kind is None:
        rows = [("KIND", "WHAT IT MEANS")]
        rows += [(name, summary(section)) for name, section in known.items()]
        typer.echo(text.columns(rows))
    elif kind in known:
        typer.echo(f"{kind}\n\n{known[kind]}")
    else:
        what = f"there is no kind of error {kind!r}"
        hint = suggestion(kind, known) or "`liminix-gen explain` lists them"
        raise ConfigurationError(Problem(None, what, hint=hint))
