"""How durations, sizes and lists are written."""

from __future__ import annotations

from collections.abc import Sequence


def seconds(value: float) -> str:
    """Return ``0.8 s``, ``12 s`` or ``3 min 05 s``."""
    if value < 9.95:
        return f"{value:.1f} s"
    whole = round(value)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"


def size(value_bytes: int) -> str:
    """Return ``640 B``, ``12 kB`` or ``5.9 MB`` (decimal)."""
    if value_bytes < 1000:
        return f"{value_bytes} B"
    if value_bytes < 1_000_000:
        return f"{value_bytes / 1000:.0f} kB"
    return f"{value_bytes / 1_000_000:.1f} MB"


def count(number: int, noun: str) -> str:
    """Return ``1 package``, ``3 packages`` or ``2 libraries``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("ry") else f"{number} {noun}s"


def shortened(line: str, width: int) -> str:
    """Return a line of so many columns at most; what is left out leaves three dots."""
    return line if len(line) <= width else f"{line[: width - 3].rstrip()}..."


def columns(rows: Sequence[Sequence[str]], indent: str = "") -> str:
    """Return rows as lines of aligned columns, two spaces apart."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))] if rows else []
    lines = (
        indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
