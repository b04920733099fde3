"""Writes each symbol's value as its type wants it: `kernel-values.py ARCH SYMBOLS`.

Runs in a kernel tree, where the types are known. SYMBOLS is a file of NAME=VALUE, as is what is
written to standard output. A number is a number: Kconfig takes 432 for 0x432 where a symbol is hex,
and drops 0x1b0 where it is an int. Text is quoted, and 'y' too where the symbol is a string.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_TYPE = re.compile(r"(?:def_)?(bool|tristate|string|hex|int)\b")
_NUMBER = re.compile(r"(-?)(?:0x([0-9A-Fa-f]+)|([0-9]+))")


def types(tree: Path, arch: str) -> dict[str, str]:
    """Return the type of each symbol that an architecture may have."""
    found: dict[str, str] = {}
    for path in sorted(tree.rglob("Kconfig*")):
        parts = path.relative_to(tree).parts
        if not path.is_file() or (len(parts) > 2 and parts[0] == "arch" and parts[1] != arch):
            continue
        name = ""
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            word, _, rest = line.strip().partition(" ")
            if word in {"config", "menuconfig"}:
                name = rest.strip()
            elif word in {"help", "---help---"}:
                name = ""
            elif name and (match := _TYPE.match(line.strip())):
                found.setdefault(name, match[1])
    return found


def written(value: str, type_: str) -> str:
    """Return a value as a symbol of a type has it in a .config; as it is, where it fits none."""
    number = _NUMBER.fullmatch(value)
    if type_ in {"hex", "int"} and number:
        sign, digits, decimal = number.groups()
        magnitude = int(digits, 16) if digits else int(decimal)
        return f"{sign}{magnitude:#x}" if type_ == "hex" else f"{sign}{magnitude}"
    if type_ == "string" and not value.startswith('"'):
        return f'"{value}"'
    if type_ in {"bool", "tristate"} and value in {'"y"', '"m"', '"n"'}:
        return value.strip('"')
    return value


def main() -> None:
    """Write the symbols in the order given."""
    arch, symbols = sys.argv[1:]
    known = types(Path(), arch)
    # Not splitlines(): a value may hold what that takes for the end of a line.
    for line in filter(None, Path(symbols).read_text(encoding="utf-8").split("\n")):
        name, _, value = line.partition("=")
        sys.stdout.write(f"{name}={written(value, known.get(name, ''))}\n")


if __name__ == "__main__":
    main()
