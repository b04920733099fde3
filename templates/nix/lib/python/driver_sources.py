"""Which sources of a kernel match what, for advice: `driver_sources.py`, in a kernel's tree.

Each line of the output has a `compatible`, a source file that has it in a table, and the symbol
that makes the file, "-" if its Makefile does not say.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

_COMPATIBLE = re.compile(
    r'\.compatible\s*=\s*"([^"]+)"|^\w*_DECLARE\w*\(\s*\w+\s*,\s*"([^"]+)"',
    re.MULTILINE,
)
_OBJECTS = re.compile(r"^([\w-]+?)-(?:\$\(CONFIG_(\w+)\)|objs|y)\s*[:+]?=\s*(.*)$", re.MULTILINE)


def makers(folder: Path) -> Mapping[str, str]:
    """Return the symbols of a folder's objects by their names: what is linked has its whole's."""
    file = folder / "Makefile"
    text = file.read_text(errors="replace").replace("\\\n", " ") if file.is_file() else ""
    symbols: dict[str, str] = {}
    wholes: dict[str, str] = {}
    for whole, symbol, words in _OBJECTS.findall(text):
        for name in re.findall(r"([\w-]+)\.o\b", words):
            if whole == "obj" or symbol:
                symbols.setdefault(name, symbol)
            else:
                wholes.setdefault(name, whole)
    for name, whole in wholes.items():
        if whole in symbols:
            symbols.setdefault(name, symbols[whole])
    return symbols


def matches() -> Iterator[str]:
    """Yield the lines."""
    known: dict[Path, Mapping[str, str]] = {}
    for top in ("arch", "drivers", "sound"):
        for file in Path(top).rglob("*.c"):
            text = file.read_text(errors="replace")
            for names in _COMPATIBLE.findall(text):
                folder = file.parent
                if folder not in known:
                    known[folder] = makers(folder)
                symbol = known[folder].get(file.stem) or "-"
                yield f"{''.join(names)}\t{file}\t{symbol}\n"


sys.stdout.writelines(sorted(set(matches())))
