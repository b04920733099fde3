"""Hardware that no driver matches: the build's report of a board."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from liminix_gen import text
from liminix_gen.errors import BuildError, Problem, Where

# templates/nix/lib/python/hardware.py writes these lines.
_UNDRIVEN = re.compile(r"liminix-gen-hardware: (\S+) (\S+) (.*)")


@frozen
class Undriven:
    """A node of the device tree or a chip, its first `compatible` or "-", and why it matters.

    ``symbols`` make the drivers that the kernel's source has for it.
    """

    name: str
    compatible: str
    why: str
    symbols: tuple[str, ...] = ()


class HardwareError(BuildError):
    """The kernel does not drive the hardware of its board."""

    kind = "hardware"

    def __init__(self, hardware: Sequence[Undriven], board: Where, log: str) -> None:
        count = len(hardware)
        what = f"nothing in the kernel drives {count} part{'s' if count > 1 else ''} of the board"
        hint = (
            "ask for the symbol of its driver (KernelBuild.symbols), or, if a router can do "
            f"without it, give the reason in `undriven` of the board; full log: {log}"
        )
        super().__init__(Problem(board, what, table(hardware), hint))
        self.hardware = tuple(hardware)


def advised(hardware: Iterable[Undriven], sources: str) -> tuple[Undriven, ...]:
    """Add the symbols that the kernel's source has (templates/nix/lib/python/driver_sources.py)."""
    symbols: dict[str, list[str]] = {}
    for line in sources.splitlines():
        compatible, _, symbol = line.split("\t")
        if symbol != "-" and symbol not in symbols.setdefault(compatible, []):
            symbols[compatible].append(symbol)
    return tuple(evolve(one, symbols=tuple(symbols.get(one.compatible, ()))) for one in hardware)


def undriven(lines: Iterable[str]) -> tuple[Undriven, ...]:
    """Return what a build's log reports."""
    matches = filter(None, map(_UNDRIVEN.fullmatch, lines))
    return tuple(Undriven(match[1], match[2], match[3]) for match in matches)


def table(hardware: Sequence[Undriven]) -> str:
    """Return the hardware as lines of aligned columns."""
    rows = [("compatible", "node or chip", "why", "symbol of a driver")]
    rows += [(one.compatible, one.name, one.why, ", ".join(one.symbols)) for one in hardware]
    return text.columns(rows)
