"""Cut the section headers off an ELF program, with all that lies behind its segments.

    cut-section-headers.py FILE

Nobody reads them at run time (elf(5)); binutils before 2.41 cannot leave them out.
"""

import sys
from pathlib import Path
from typing import Literal

WORD_BYTES = {1: 4, 2: 8}  # by EI_CLASS
BYTE_ORDERS: dict[int, Literal["little", "big"]] = {1: "little", 2: "big"}  # by EI_DATA
# Where in the header: e_phoff, e_shoff and e_phentsize; where in a program header: p_offset and
# p_filesz.
PLACES = {4: (28, 32, 42, 4, 16), 8: (32, 40, 54, 8, 32)}

path = Path(sys.argv[1])
program = bytearray(path.read_bytes())
word_bytes = WORD_BYTES[program[4]]
byte_order: Literal["little", "big"] = BYTE_ORDERS[program[5]]
phoff, shoff, phentsize, p_offset, p_filesz = PLACES[word_bytes]


def number(place: int, size: int = word_bytes) -> int:
    """Return what stands there."""
    return int.from_bytes(program[place : place + size], byte_order)


def segment_ends() -> list[int]:
    """Return where in the file the segments end."""
    entry_bytes, count = number(phentsize, 2), number(phentsize + 2, 2)
    headers = [number(phoff) + entry_bytes * index for index in range(count)]
    return [number(header + p_offset) + number(header + p_filesz) for header in headers]


end = max(segment_ends())
program[shoff : shoff + word_bytes] = bytes(word_bytes)
# e_shentsize, e_shnum and e_shstrndx
program[phentsize + 4 : phentsize + 10] = bytes(6)
path.write_bytes(program[:end])
