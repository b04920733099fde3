"""Write a GUID partition table into a disk image: one partition for each part of its manifest.

usage: gpt-partitions.py label NAME FILE
       gpt-partitions.py write IMAGE MANIFEST BOOT

MANIFEST is what flash_layout.py wrote. The parts begin and end with whole sectors, and leave the
first 34 free. The image grows by what the table takes at its end, up to a whole MiB. BOOT is the
code that a BIOS starts, before the table of the first sector. What identifies a partition is made
of its content, so another disk with another image has other numbers and names: `label` writes the
name of a part that is FILE, and MANIFEST gets those of all. It has no more than 36 characters.

The form is that of the UEFI specification, section 5: a protective MBR; a header and 128 entries
of 128 bytes behind it; both once more at the end, the header last.
"""

import json
import struct
import sys
import uuid
import zlib
from hashlib import sha256
from pathlib import Path

SECTOR = 512
MEBIBYTE = 1 << 20
ENTRIES = 128
TABLE_SECTORS = 32
# Signature, revision, size, checksum, this header, the other, first and last sector of partitions.
HEADER = struct.Struct("<8sIIIIQQQQ16sQIII")
ENTRY = struct.Struct("<16s16sQQQ72s")
PROTECTIVE = struct.Struct("<B3sB3sII")
LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4"
TYPES = {
    "bios": "21686148-6449-6e6f-744e-656564454649",
    "efi": "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
}


def guid(digest: str) -> uuid.UUID:
    """Make a GUID of a SHA-256 in hex: of the kind that is made of a hash (RFC 9562, version 8)."""
    content = bytearray(bytes.fromhex(digest)[:16])
    content[6] = content[6] & 0x0F | 0x80
    content[8] = content[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(content))


def label(name: str, digest: str) -> str:
    """Return the name of a partition."""
    return f"{name}-{digest[:8]}"


def entries(parts: list[dict[str, str | int]]) -> bytes:
    """Return the table of partitions."""
    table = b""
    for part in parts:
        kind = TYPES.get(str(part["name"]), LINUX)
        name = str(part["partlabel"])
        first = int(part["offset-bytes"]) // SECTOR
        last = first + int(part["partition-bytes"]) // SECTOR - 1
        guids = [uuid.UUID(text).bytes_le for text in (kind, str(part["partuuid"]))]
        table += ENTRY.pack(*guids, first, last, 0, name.encode("utf-16-le"))
    return table.ljust(ENTRIES * ENTRY.size, b"\0")


def header(disk: uuid.UUID, table: bytes, sectors: int, *, backup: bool) -> bytes:
    """Return one of the two headers of a disk."""
    here, there = (sectors - 1, 1) if backup else (1, sectors - 1)
    start = sectors - 1 - TABLE_SECTORS if backup else 2
    first, last = 2 + TABLE_SECTORS, sectors - 2 - TABLE_SECTORS
    fields = (here, there, first, last, disk.bytes_le, start, ENTRIES, ENTRY.size)

    def packed(checksum: int) -> bytes:
        start = (b"EFI PART", 0x10000, HEADER.size, checksum, 0)
        return HEADER.pack(*start, *fields, zlib.crc32(table))

    return packed(zlib.crc32(packed(0))).ljust(SECTOR, b"\0")


def protective(boot: bytes, sectors: int) -> bytes:
    """Return the first sector: the BIOS's code, and a partition over all for old programs."""
    ends = b"\0\2\0", b"\xff\xff\xff"
    length = min(sectors - 1, 0xFFFFFFFF)
    entry = PROTECTIVE.pack(0, ends[0], 0xEE, ends[1], 1, length)
    return boot.ljust(446, b"\0") + entry.ljust(64, b"\0") + b"\x55\xaa"


def write(image: Path, manifest: Path, boot: Path) -> None:
    """Put the tables into the image, and what they say into the manifest."""
    whole = json.loads(manifest.read_text())
    parts = whole["parts"]
    ends = [*(part["offset-bytes"] for part in parts[1:]), whole["size-bytes"]]
    for part, end in zip(parts, ends, strict=True):
        part["partition-bytes"] = end - part["offset-bytes"]
        part["partuuid"] = str(guid(part["sha256"]))
        part["partlabel"] = label(part["name"], part["sha256"])
    size = -(-(ends[-1] + (1 + TABLE_SECTORS) * SECTOR) // MEBIBYTE) * MEBIBYTE
    sectors = size // SECTOR
    disk = guid(sha256("".join(part["sha256"] for part in parts).encode()).hexdigest())
    table = entries(parts)
    with image.open("r+b") as stream:
        stream.write(protective(boot.read_bytes(), sectors))
        stream.write(header(disk, table, sectors, backup=False) + table)
        stream.seek(size - (1 + TABLE_SECTORS) * SECTOR)
        stream.write(table + header(disk, table, sectors, backup=True))
    whole["size-bytes"] = size
    manifest.write_text(json.dumps(whole, indent=2) + "\n")


def main() -> None:
    """Read the command line."""
    match sys.argv[1:]:
        case ["label", name, file]:
            digest = sha256(Path(file).read_bytes()).hexdigest()
            sys.stdout.write(f"{label(name, digest)}\n")
        case ["write", image, manifest, boot]:
            write(Path(image), Path(manifest), Path(boot))
        case _:
            sys.exit(__doc__)


main()
