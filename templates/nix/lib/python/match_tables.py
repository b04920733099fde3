"""What a kernel's built-in drivers match: `match_tables.py VMLINUX MODINFO`.

VMLINUX has its symbols, MODINFO is modules.builtin.modinfo of the same build. Each line of the
output has a kind, what is matched and who matches it, separated by tabs:

- `of`: a `compatible` of a device tree, and the name of the table that has it. Tables are arrays of
  struct of_device_id (include/linux/mod_devicetable.h): those of drivers, and the single entries
  that clocks, timers and interrupt controllers have (__OF_DECLARE, include/linux/of.h).
- `alias`: a pattern as in modules.alias, and a module that is built in.
- `name`: a text that could be a `compatible`: code may look for a node by it
  (of_find_compatible_node()). The last field is empty.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from elf import SHT_NOBITS, STT_OBJECT, Elf

# The fields of struct of_device_id that are text; a pointer follows them.
NAME, TYPE, COMPATIBLE = slice(0, 32), slice(32, 64), slice(64, 192)
TEXT_BYTES = 192

# A text between two zeros: "vendor,part", or a word as "palmbus" is one.
_NAME = re.compile(
    rb"(?<=\0)(?:[a-z0-9-]{2,20},[A-Za-z0-9][A-Za-z0-9,._+-]{1,60}|[a-z][a-z0-9-]{3,30})(?=\0)"
)


def text(field: bytes | bytearray) -> str | None:
    """Return the text of an array of characters; None if it holds anything else."""
    word, _, rest = field.partition(b"\0")
    if rest.strip(b"\0") or not all(0x20 < byte < 0x7F for byte in word):
        return None
    return word.decode()


def compatibles(table: bytes | bytearray, entry_bytes: int) -> list[str]:
    """Return what a table matches; nothing if it is not one."""
    found: list[str] = []
    for at in range(0, len(table), entry_bytes):
        entry = table[at : at + TEXT_BYTES]
        fields = [text(entry[field]) for field in (NAME, TYPE, COMPATIBLE)]
        if None in fields:
            return []
        if fields[2]:
            found.append(fields[2])
    return found


def of_tables(kernel: Elf) -> Iterator[tuple[str, str]]:
    """Yield each `compatible`, with the name of its table."""
    entry_bytes = TEXT_BYTES + (8 if kernel.is_64 else 4)
    sections = kernel.sections()
    for symbol in kernel.symbols():
        if symbol.kind != STT_OBJECT or not symbol.bytes or symbol.bytes % entry_bytes:
            continue
        if symbol.section >= len(sections) or sections[symbol.section].kind == SHT_NOBITS:
            continue
        section = sections[symbol.section]
        place = section.place + symbol.value - section.address
        for compatible in compatibles(kernel.image[place : place + symbol.bytes], entry_bytes):
            yield compatible, symbol.name


def aliases(modinfo: bytes) -> Iterator[tuple[str, str]]:
    """Yield each alias, with the module that has it."""
    for line in modinfo.decode().split("\0"):
        key, _, value = line.partition("=")
        module, _, kind = key.rpartition(".")
        if kind == "alias":
            yield value, module


def names(kernel: Elf) -> Iterator[str]:
    """Yield the texts in read-only data that could be a `compatible`."""
    for section in kernel.sections():
        if section.name in {".rodata", ".rodata.str", ".init.data", ".init.rodata"}:
            yield from (name.decode() for name in _NAME.findall(kernel.held(section)))


def main() -> None:
    """Write the lines, each once and sorted."""
    kernel, modinfo = Elf(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2]).read_bytes()
    lines = {f"of\t{what}\t{who}" for what, who in of_tables(kernel)}
    lines |= {f"alias\t{what}\t{who}" for what, who in aliases(modinfo)}
    lines |= {f"name\t{name}\t" for name in names(kernel)}
    sys.stdout.write("".join(f"{line}\n" for line in sorted(lines)))


if __name__ == "__main__":
    main()
