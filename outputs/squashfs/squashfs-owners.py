"""Take SHIFT off every owner and group in a squashfs image; whoever built it becomes root.

usage: squashfs-owners.py IMAGE SHIFT

sqfstar 4.5 gives the root directory to the user who runs it, and no option or member of the
archive changes that. So the archive's numbers are shifted out of the way of that user's, and
this shifts them back in the image's table of ids, which -noIdTableCompression leaves plain.
Layout: Documentation/filesystems/squashfs.rst of the kernel and its fs/squashfs/squashfs_fs.h.
"""

import struct
import sys
from pathlib import Path

COUNT_OFFSET = 26  # no_ids, 16 bits
TABLE_OFFSET = 48  # id_table_start, 64 bits: where the address of the only block is
STORED_PLAIN = 0x8000


def main() -> None:
    """Rewrite the table in place."""
    image, shift = Path(sys.argv[1]), int(sys.argv[2])
    with image.open("r+b") as stream:
        header = stream.read(96)
        (count,) = struct.unpack_from("<H", header, COUNT_OFFSET)
        stream.seek(struct.unpack_from("<Q", header, TABLE_OFFSET)[0])
        (block,) = struct.unpack("<Q", stream.read(8))
        stream.seek(block)
        (length,) = struct.unpack("<H", stream.read(2))
        if length != STORED_PLAIN | 4 * count:
            sys.exit(f"{image}: its table of ids is not one plain block")
        ids = struct.unpack(f"<{count}I", stream.read(4 * count))
        stream.seek(block + 2)
        stream.write(struct.pack(f"<{count}I", *(max(0, number - shift) for number in ids)))


main()
