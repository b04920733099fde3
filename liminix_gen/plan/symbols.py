"""Kernel symbols: who asks for what, and what to do when they differ."""

from __future__ import annotations

from collections.abc import Mapping

from liminix_gen.catalog import line_of, users
from liminix_gen.errors import Where
from liminix_gen.model.device import Device
from liminix_gen.model.kernel import Asked, symbol_meaning
from liminix_gen.plan.kernel import POLICY
from liminix_gen.plan.requests import Asks
from liminix_gen.plan.value import PlannedSymbol
from liminix_gen.recording import Problems

USER = "config.kernel.config"


def merged_symbols(
    asks: Asks[Mapping[str, str]], board: Device, problems: Problems
) -> tuple[PlannedSymbol, ...]:
    """Return one value for each symbol, in the order of names.

    A wish for m is met by y, unless it is the user's own. Any other difference is a mistake that
    names both askers, at a line of theirs or else of the board. What a policy asks for gives way to
    what the user says of the symbol.
    """
    requests: dict[str, list[tuple[str, Asked]]] = {}
    for symbols, asked in asks:
        for name, value in symbols.items():
            requests.setdefault(name, []).append((value, asked))
    return tuple(_merged(name, requests[name], board, problems) for name in sorted(requests))


def _merged(
    name: str, requests: list[tuple[str, Asked]], board: Device, problems: Problems
) -> PlannedSymbol:
    if any(who.by == USER for _, who in requests):
        requests = [one for one in requests if one[1].by != POLICY]
    value, asked = requests[0]
    for other, other_asked in requests[1:]:
        if other == value or symbol_meaning(other) == symbol_meaning(value):
            continue
        if {value, other} == {"m", "y"} and USER not in {asked.by, other_asked.by}:
            value, asked = ("y", asked if value == "y" else other_asked)
            continue
        problems.note(
            users(other_asked.where, asked.where) or _in_board(board, name),
            f"kernel symbol {name} cannot be both {value} and {other}",
            why=f"{value} is asked for by {asked}, {other} by {other_asked}",
            hint="remove what asks for one of them",
        )
    everyone = tuple(dict.fromkeys(who for _, who in requests))
    return PlannedSymbol(name=name, value=value, asked=everyone)


def _in_board(board: Device, symbol: str) -> Where | None:
    """Return the line of a board's file that has a symbol, or its first."""
    if board.folder is None:
        return None
    file = board.folder / "device.py"
    return Where(file, line_of(file, rf"\b{symbol}\b"))
