"""Kernel symbols that Kconfig did not grant: the kernel build's report, joined with who asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from liminix_gen import text
from liminix_gen.errors import BuildError, Problem

# templates/nix/lib/kernel/kernel-audit.awk and kernel-explain.py write these lines.
_LOST = re.compile(r"liminix-gen-audit: lost (\w+) asked=(.*) got=(.*)")
_REASON = re.compile(r"liminix-gen-audit: (parent|choice|selected|near) (\w+) (\S+)")


@frozen(kw_only=True)
class LostSymbol:
    """A symbol that the plan asks for and the kernel's configuration does not have.

    ``got`` is "absent" if Kconfig does not offer the symbol. The reasons: ``parents`` that are
    off (``!X``: on), ``rivals`` of the same choice, ``selectors`` which alone switch it on, names
    that come ``near``.
    """

    name: str
    asked: str
    got: str
    askers: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    near: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it was lost, in a few words; empty if that is not known."""
        if self.parents:
            return "needs " + ", ".join(self.parents)
        if self.rivals:
            return f"{self.rivals[0]} is chosen instead"
        if self.selectors:
            return f"only set by others: {', '.join(self.selectors)}"
        if self.near:
            return f"no such symbol; did you mean {' or '.join(self.near)}?"
        return ""


class KernelAuditError(BuildError):
    """The kernel's configuration lacks symbols that were asked for."""

    kind = "kernel-symbols"

    def __init__(self, symbols: Sequence[LostSymbol], log: str) -> None:
        count = len(symbols)
        what = f"the kernel did not grant {count} symbol{'s' if count > 1 else ''}"
        super().__init__(Problem(None, what, table(symbols), f"full log: {log}"))
        self.symbols = tuple(symbols)


def lost_symbols(
    lines: Iterable[str], askers: Mapping[str, Sequence[str]]
) -> tuple[LostSymbol, ...]:
    """Return the symbols that a kernel build's log reports; ``askers`` says who wanted each."""
    lost: dict[str, tuple[str, str]] = {}
    reasons: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        if match := _LOST.fullmatch(line):
            lost[match[1]] = (match[2], match[3])
        elif match := _REASON.fullmatch(line):
            reasons.setdefault((match[1], match[2]), []).append(match[3])

    def because(kind: str, name: str) -> tuple[str, ...]:
        return tuple(reasons.get((kind, name), ()))

    def parents(name: str, seen: frozenset[str]) -> Iterable[str]:
        for parent in because("parent", name):
            if parent not in seen:
                yield parent
                yield from parents(parent, seen | {parent})

    return tuple(
        LostSymbol(
            name=name,
            asked=asked,
            got=got,
            askers=tuple(askers.get(name, ())),
            parents=tuple(dict.fromkeys(parents(name, frozenset({name})))),
            rivals=because("choice", name),
            selectors=because("selected", name),
            near=because("near", name),
        )
        for name, (asked, got) in lost.items()
    )


def table(symbols: Sequence[LostSymbol]) -> str:
    """Return the symbols as lines of aligned columns."""
    rows = [("symbol", "asked", "got", "asked by", "why")]
    for symbol in symbols:
        askers = symbol.askers or ("",)
        rows.append((symbol.name, symbol.asked, symbol.got, askers[0], symbol.reason))
        rows += [("", "", "", asker, "") for asker in askers[1:]]
    return text.columns(rows)
