"""Tie GRUB's two parts for a PC's BIOS to the sector at which the second one lies.

usage: grub-bios.py BOOT CORE SECTOR

BOOT is GRUB's boot.img, which goes into the first sector of the disk, and CORE what grub-mkimage
made for i386-pc; both are changed in place. The fields are those of GRUB's include/grub/i386/pc/
boot.h and offsets.h, filled as its util/setup.c does: the BIOS loads the first sector, that loads
the first sector of CORE, and that one the rest, by a list which grows from its end downwards.
"""

import struct
import sys
from pathlib import Path

SECTOR = 512
# Of boot.img: where the second part is, and a jump past a repair of what the BIOS says.
KERNEL_SECTOR, DRIVE_CHECK, CODE_BYTES = 0x5C, 0x66, 440
NO_OPERATION = b"\x90\x90"
# Of the first sector of CORE: first sector, their number, and the segment they are loaded to.
BLOCKS = struct.Struct("<QHH")
SECOND_SECTOR_SEGMENT = 0x820


def tie(boot: bytearray, core: bytearray, sector: int) -> None:
    """Write where CORE is into both."""
    if len(boot) != SECTOR or bytes(boot[-2:]) != b"\x55\xaa":
        sys.exit("this is not a boot.img of GRUB")
    rest = -(-len(core) // SECTOR) - 1
    struct.pack_into("<Q", boot, KERNEL_SECTOR, sector)
    # Some BIOSes give another drive's number than that of the disk they have started.
    boot[DRIVE_CHECK : DRIVE_CHECK + 2] = NO_OPERATION
    place = SECTOR - BLOCKS.size
    BLOCKS.pack_into(core, place, sector + 1, rest, SECOND_SECTOR_SEGMENT)
    BLOCKS.pack_into(core, place - BLOCKS.size, 0, 0, 0)


def main() -> None:
    """Read the command line; change the files."""
    files = [Path(name) for name in sys.argv[1:3]]
    boot, core = (bytearray(file.read_bytes()) for file in files)
    tie(boot, core, int(sys.argv[3]))
    # The rest of the sector is the partition table.
    files[0].write_bytes(boot[:CODE_BYTES])
    files[1].write_bytes(core)


main()
