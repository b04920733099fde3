"""Cut everything behind the last segment's bytes off an ELF program: the section headers.

    cut-section-headers.py FILE

Nobody reads them at run time (elf(5)); binutils before 2.41 cannot leave them out.
"""

import struct
import sys
from pathlib import Path

path = Path(sys.argv[1])
program = bytearray(path.read_bytes())
order = "<" if program[5] == 1 else ">"
# Where in the file header: start and number of the segments, start of the sections and the last
# three fields; where in a program header: offset and size in the file (elf.h).
wide = program[4] == 2
word = "Q" if wide else "I"
phoff, shoff, phnum, last, offset, size = (32, 40, 56, 58, 8, 32) if wide else (28, 32, 44, 46, 4, 16)


def field(format: str, at: int) -> int:
    return struct.unpack_from(order + format, program, at)[0]


entry_bytes = field("H", phnum - 2)
headers = [field(word, phoff) + entry_bytes * i for i in range(field("H", phnum))]
end = max(field(word, header + offset) + field(word, header + size) for header in headers)
struct.pack_into(order + word, program, shoff, 0)
program[last : last + 6] = bytes(6)
path.write_bytes(program[:end])
