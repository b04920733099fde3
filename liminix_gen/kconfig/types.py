"""Types of kernel symbols, from the Kconfig files of a source."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from pathlib import Path

# templates/nix/lib/kernel/kernel-values.py reads them so, too.
_TYPE = re.compile(r"(?:def_)?(bool|tristate|string|hex|int)\b")


def types_of(source: Path, names: Container[str]) -> Mapping[str, str]:
    """Return the types of those symbols that a source defines, by name."""
    found: dict[str, str] = {}
    for file in sorted(source.rglob("Kconfig*")):
        if not file.is_file():
            continue
        name = ""
        for line in map(str.strip, file.read_text(encoding="utf-8", errors="replace").split("\n")):
            word, _, rest = line.partition(" ")
            if word in {"config", "menuconfig"}:
                name = rest.strip()
            elif word in {"help", "---help---"}:
                name = ""
            elif name in names and (match := _TYPE.match(line)):
                found.setdefault(name, match[1])
    return found
