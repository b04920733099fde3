"""Take out of a UBIFS image what mkfs.ubifs made up: a random UUID, and the times of its copy.

usage: ubifs-fixed.py IMAGE LEB_BYTES

No option of mkfs.ubifs does that, and the time of change of a file cannot be set. Each inode
node gets time 0, the superblock a UUID made of the image's content, and each of both a new
checksum. Layout: fs/ubifs/ubifs-media.h of the kernel; how nodes follow one another in a logical
erase block: ubifs_scan() in fs/ubifs/scan.c.
"""

import hashlib
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

MAGIC = 0x06101831
HEADER = struct.Struct("<IIQIBBxx")  # magic, checksum, sequence number, length, type, group
CHECKED = 8  # the checksum is of what comes after it
INODE, PADDING, SUPERBLOCK = 0, 5, 6  # types of nodes
TIMES = slice(56, 92)  # of an inode: seconds of access, change, modification; then nanoseconds
UUID = slice(108, 124)  # of the superblock
FILLER = 0xCE  # if there is no room for a padding node


def checksum(node: memoryview) -> int:
    """Return what UBIFS has as the checksum of a node."""
    return zlib.crc32(node[CHECKED:]) ^ 0xFFFFFFFF


def nodes(block: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield type and bytes of the nodes of an erase block; one that holds none has other data."""
    offset = 0
    while offset + HEADER.size <= len(block):
        magic, found, _, length, kind, _ = HEADER.unpack_from(block, offset)
        if magic == MAGIC:
            node = block[offset : offset + length]
            if checksum(node) != found:
                sys.exit(f"a node of type {kind} at {offset:#x} of its block is not what it says")
            yield kind, node
            if kind == PADDING:
                length += struct.unpack_from("<I", node, HEADER.size)[0]
            offset += -(-length // 8) * 8
        elif block[offset] == FILLER:
            offset += 8
        else:
            return


def seal(node: memoryview) -> None:
    """Write the checksum of a changed node."""
    struct.pack_into("<I", node, 4, checksum(node))


def main() -> None:
    """Rewrite the image in place."""
    image, size = Path(sys.argv[1]), int(sys.argv[2])
    content = bytearray(image.read_bytes())
    whole = memoryview(content)
    superblock = next((node for kind, node in nodes(whole[:size]) if kind == SUPERBLOCK), None)
    if superblock is None:
        sys.exit(f"{image}: no superblock of UBIFS")
    # The first block has no inodes; after the superblock comes a node that mkfs.ubifs gave no type.
    for start in range(size, len(whole), size):
        for kind, node in nodes(whole[start : start + size]):
            if kind == INODE:
                node[TIMES] = bytes(TIMES.stop - TIMES.start)
                seal(node)
    superblock[UUID] = bytes(16)
    seal(superblock)
    superblock[UUID] = hashlib.sha256(whole).digest()[:16]
    seal(superblock)
    image.write_bytes(content)


main()
