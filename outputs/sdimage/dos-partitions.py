"""Write a DOS partition table into a disk image: a partition for each part but for boot loaders.

usage: dos-partitions.py IMAGE MANIFEST IDENTIFIER

MANIFEST is what flash_layout.py wrote. IDENTIFIER, eight hex digits, is the disk's: the kernel
names the first partition PARTUUID=IDENTIFIER-01. The first is the active one. If a partition
begins and how long it is stands in sectors only: the fields of cylinder, head and sector say that
they cannot. Sectors of a partition must be whole. Parts called loader-NUMBER are not partitions.
"""

import json
import struct
import sys
from pathlib import Path

SECTOR = 512
IDENTIFIER, TABLE, SIGNATURE = 440, 446, 510
ENTRY = struct.Struct("<B3sB3sII")
NO_CYLINDER = b"\xfe\xff\xff"
LINUX = 0x83
TYPES = {"boot": 0x0C}  # FAT32


def main() -> None:
    """Read the command line; write the first sector."""
    image, manifest, identifier = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3], 16)
    whole = json.loads(manifest.read_text())
    parts = [part for part in whole["parts"] if not part["name"].startswith("loader-")]
    starts = [part["offset-bytes"] for part in parts]
    ends = [*starts[1:], whole["size-bytes"]]
    sector = bytearray(SECTOR)
    struct.pack_into("<I", sector, IDENTIFIER, identifier)
    struct.pack_into("<H", sector, SIGNATURE, 0xAA55)
    for number, (part, start, end) in enumerate(zip(parts, starts, ends, strict=True)):
        entry = ENTRY.pack(
            0x80 if number == 0 else 0,
            NO_CYLINDER,
            TYPES.get(part["name"], LINUX),
            NO_CYLINDER,
            start // SECTOR,
            (end - start) // SECTOR,
        )
        sector[TABLE + 16 * number : TABLE + 16 * (number + 1)] = entry
    with image.open("r+b") as stream:
        stream.write(sector)


main()
