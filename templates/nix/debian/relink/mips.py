"""What patchelf 0.14 leaves wrong in a program for MIPS.

The tags are from binutils' include/elf/mips.h.
"""

import struct
from pathlib import Path

from elf import PT_DYNAMIC, Elf

EM_MIPS = 8
DT_MIPS_RLD_MAP_REL = 0x70000035
DT_MIPS_XHASH = 0x70000036


def repair(path: Path) -> None:
    """Set right what patchelf wrote into a file that it moved.

    DT_MIPS_RLD_MAP_REL is the distance from the tag to .rld_map; patchelf gets its
    sign wrong (NixOS/patchelf#364). DT_MIPS_XHASH is the address of .MIPS.xhash, and
    stays behind when that section moves. Either kills the program when it starts.
    """
    file = Elf(path.read_bytes())
    sections = {section.name: section.address for section in file.sections()}
    dynamic = next(segment for segment in file.segments() if segment.kind == PT_DYNAMIC)
    for tag, _, at in file.dynamic():
        if tag == DT_MIPS_RLD_MAP_REL:
            tag_address = dynamic.address + (at - 4 - dynamic.place)
            value = (sections[".rld_map"] - tag_address) & 0xFFFFFFFF
        elif tag == DT_MIPS_XHASH:
            value = sections[".MIPS.xhash"]
        else:
            continue
        struct.pack_into(file.order + "I", file.image, at, value)
    path.write_bytes(file.image)
