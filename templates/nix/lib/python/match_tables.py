"""What a kernel's built-in drivers match: `match_tables.py VMLINUX MODINFO`.

VMLINUX has its symbols, MODINFO is modules.builtin.modinfo of the same build. Each line of the
output has a kind, what is matched and who matches it, separated by tabs:

- `of`: a `compatible` of a device tree, and the name of the table that has it. Tables are arrays of
  struct of_device_id (include/linux/mod_devicetable.h): those of drivers, and the single entries
  that clocks, timers and interrupt controllers have (__OF_DECLARE, include/linux/of.h).
- `alias`: a pattern as in modules.alias, and who has it: a module that is built in, or the name of
  a table. Only modules have aliases of PCI and USB in their modinfo; what is built in has arrays of
  struct pci_device_id and of struct usb_device_id alone.
- `name`: a text that could be a `compatible`: code may look for a node by it
  (of_find_compatible_node()). The last field is empty.
"""

import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from elf import SHT_NOBITS, STT_OBJECT, Elf

# The fields of struct of_device_id that are text; a pointer follows them.
NAME, TYPE, COMPATIBLE = slice(0, 32), slice(32, 64), slice(64, 192)
TEXT_BYTES = 192
ANY = 0xFFFFFFFF  # PCI_ANY_ID
VENDOR_AND_PRODUCT = 3  # USB_DEVICE_ID_MATCH_DEVICE

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


def _numbers(value: int, digits: int, *, given: bool = True) -> str:
    return f"{value:0{digits}X}" if given else "*"


def of_pci(table: bytes | bytearray, order: str, entry_bytes: int) -> list[str]:
    """Return the aliases of a table of PCI, as scripts/mod/file2alias.c writes them, or nothing.

    An entry has vendor and device, those of the card, class and the mask of the class. What is only
    for some cards, or for all chips of a vendor, is left out.
    """
    found: list[str] = []
    for at in range(0, len(table) - entry_bytes, entry_bytes):
        *numbers, kind, mask = struct.unpack_from(f"{order}6I", table, at)
        if any(number > 0xFFFF and number != ANY for number in numbers) or kind & ~mask:
            return []
        if not numbers[0] or (mask > 0xFFFFFF and mask != ANY):
            return []
        if (ANY in numbers[:2] and not mask) or numbers[2:] != [ANY, ANY]:
            continue
        vendor, device = (_numbers(number, 8, given=number != ANY) for number in numbers[:2])
        classes = [
            _numbers(kind >> shift & 0xFF, 2, given=mask >> shift & 0xFF == 0xFF)
            for shift in (16, 8, 0)
        ]
        found.append(f"pci:v{vendor}d{device}sv*sd*bc{classes[0]}sc{classes[1]}i{classes[2]}")
    return found


def of_usb(table: bytes | bytearray, order: str, entry_bytes: int) -> list[str]:
    """Return the aliases of a table of USB, or nothing.

    An entry has flags, which say what of the rest counts; what does not count is zero. What matches
    all products of a vendor has a class besides, and is left out.
    """
    found: list[str] = []
    for at in range(0, len(table) - entry_bytes, entry_bytes):
        flags, *values = struct.unpack_from(f"{order}5H7B", table, at)
        if not flags or flags > 0x7FF:
            return []
        if any(value and not flags & 1 << bit for bit, value in enumerate(values)):
            return []
        if flags & VENDOR_AND_PRODUCT == VENDOR_AND_PRODUCT:
            found.append(f"usb:v{values[0]:04X}p{values[1]:04X}d*dc*dsc*dp*ic*isc*ip*in*")
    return found


def tables(kernel: Elf) -> Iterator[tuple[str, str, str]]:
    """Yield what each table matches: the kind of the line, what, and the table's name."""
    of_bytes, pci_bytes, usb_bytes = (200, 40, 32) if kernel.is_64 else (196, 32, 24)
    for name, content in objects(kernel):
        if len(content) % of_bytes == 0:
            yield from (("of", what, name) for what in compatibles(content, of_bytes))
        # Tables of quirks have the same form, and drive nothing.
        if "quirk" in name:
            continue
        for decode, entry_bytes in ((of_pci, pci_bytes), (of_usb, usb_bytes)):
            # They end with an empty entry.
            if len(content) % entry_bytes == 0 and not any(content[-entry_bytes:]):
                for what in decode(content, kernel.order, entry_bytes):
                    yield "alias", what, name


def objects(kernel: Elf) -> Iterator[tuple[str, bytearray]]:
    """Yield the name and the content of each object that is in the file."""
    sections = kernel.sections()
    for symbol in kernel.symbols():
        if symbol.kind != STT_OBJECT or not symbol.bytes or symbol.section >= len(sections):
            continue
        section = sections[symbol.section]
        if section.kind != SHT_NOBITS:
            place = section.place + symbol.value - section.address
            yield symbol.name, kernel.image[place : place + symbol.bytes]


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
    lines = {f"{kind}\t{what}\t{who}" for kind, what, who in tables(kernel)}
    lines |= {f"alias\t{what}\t{who}" for what, who in aliases(modinfo)}
    lines |= {f"name\t{name}\t" for name in names(kernel)}
    sys.stdout.write("".join(f"{line}\n" for line in sorted(lines)))


if __name__ == "__main__":
    main()
