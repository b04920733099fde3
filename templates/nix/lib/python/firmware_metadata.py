"""Say at the end of an image which boards may take it, as OpenWrt's sysupgrade reads it (fwtool).

usage: firmware_metadata.py METADATA IMAGE

METADATA is JSON, which is put behind IMAGE: eight zeros, version and flags of that form; METADATA;
then magic, checksum, type and size, big endian. The checksum is a CRC32 whose last step, the
inversion, is left out, over all that is before it; the size is that of all that is put there.
"""

import struct
import sys
import zlib
from pathlib import Path

MAGIC = b"FWx0"
INFORMATION = 1


def main() -> None:
    """Read the command line; add to the image."""
    metadata, image = map(Path, sys.argv[1:])
    content = bytes(8) + metadata.read_bytes()
    checksum = zlib.crc32(image.read_bytes() + content) ^ 0xFFFFFFFF
    size = len(content) + 16
    trailer = MAGIC + struct.pack(">IB3xI", checksum, INFORMATION, size)
    with image.open("ab") as stream:
        stream.write(content + trailer)


if __name__ == "__main__":
    main()
