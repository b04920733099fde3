"""Kernel symbols: who asks for what, and what to do when they differ."""

from __future__ import annotations

from collections.abc import Mapping

from liminix_gen.catalog import users
from liminix_gen.model.kernel import Asked, symbol_meaning
from liminix_gen.plan.kernel import POLICY
from liminix_gen.plan.value import PlannedSymbol
from liminix_gen.recording import Problems

USER = "config.kernel.config"


class SymbolRequests:
    """Requests for kernel symbols, merged at the end.

    A wish for m is met by y, unless it is the user's own. Any other difference is a mistake that
    names both askers. What a policy asks for gives way to what the user says of the symbol.
    """

    def __init__(self) -> None:
        self._requests: dict[str, list[tuple[str, Asked]]] = {}

    def ask(self, symbols: Mapping[str, str], asked: Asked) -> None:
        """Add requests of one asker."""
        for name, value in symbols.items():
            self._requests.setdefault(name, []).append((value, asked))

    def merged(self, problems: Problems) -> tuple[PlannedSymbol, ...]:
        """Return one value for each symbol, in the order of names."""
        return tuple(self._merge(name, problems) for name in sorted(self._requests))

    def _merge(self, name: str, problems: Problems) -> PlannedSymbol:
        requests = self._requests[name]
        if any(who.by == USER for _, who in requests):
            requests = [one for one in requests if one[1].by != POLICY]
        value, asked = requests[0]
        for other, other_asked in requests[1:]:
            if symbol_meaning(other) == symbol_meaning(value):
                continue
            if {value, other} == {"m", "y"} and USER not in {asked.by, other_asked.by}:
                value, asked = ("y", asked if value == "y" else other_asked)
                continue
            problems.note(
                users(other_asked.where, asked.where),
                f"kernel symbol {name} cannot be both {value} and {other}",
                why=f"{value} is asked for by {asked}, {other} by {other_asked}",
            )
        everyone = tuple(dict.fromkeys(who for _, who in requests))
        return PlannedSymbol(name=name, value=value, asked=everyone)
