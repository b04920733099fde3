"""Put kernel and root into the form in which TP-Link's routers take a firmware ("safeloader").

usage: tplink-safeloader.py FACTS FIRMWARE MANIFEST IMAGE

FACTS is JSON: `flashPartitions`, `softwareVersion` and `supportedProducts`, as output.py describes
them. FIRMWARE and MANIFEST are those of mtdimage. Writes IMAGE.

The form is as in the source of tplink-safeloader (OpenWrt's firmware-utils), numbers big endian:
the size of all, an MD5 over a constant and what follows, a block about the vendor, then a table and
what it lists: the flash's own table of partitions, the version, the products that it is for, and
what goes to the flash, each to the partition of its name.
"""

import hashlib
import json
import struct
import sys
from pathlib import Path

SALT = bytes.fromhex("7a2b15ed9b98596de504ab44ac2a9f4e")
VENDOR_BYTES = 0x1000
TABLE_BYTES = 0x800
FLASH = "firmware"


def described(content: bytes) -> bytes:
    """Return what the loader reads itself: its size, four zeros, the content, a zero."""
    return struct.pack(">II", len(content), 0) + content + b"\0"


def products(text: str) -> bytes:
    """Return the list of products from "NAME, VERSION, ID; ..."."""
    lines = ["SupportList:"]
    for product in text.split(";"):
        name, version, identifier = (word.strip() for word in product.split(","))
        lines.append(f"{{product_name:{name},product_ver:{version},special_id:{identifier}}}")
    return "".join(f"{line}\n" for line in lines).encode()


def partitions(text: str, root_offset: int) -> tuple[bytes, int]:
    """Return the flash's table from "NAME BASE SIZE; ...", and how much holds kernel and root.

    The partition of both is given as two.
    """
    rows: list[tuple[str, int, int]] = []
    whole = 0
    for partition in text.split(";"):
        name, base, size = partition.split()
        start, length = int(base, 16), int(size, 16)
        if name == FLASH:
            whole = length
            rows.append(("os-image", start, root_offset))
            rows.append(("file-system", start + root_offset, length - root_offset))
        else:
            rows.append((name, start, length))
    lines = (f"partition {name} base 0x{base:05x} size 0x{size:05x}\n" for name, base, size in rows)
    table = b"\0\4\0\0" + "".join(lines).encode() + b"\0"
    return table.ljust(TABLE_BYTES, b"\xff"), whole


def main() -> None:
    """Read the command line; write the image."""
    facts = json.loads(Path(sys.argv[1]).read_text())
    firmware = Path(sys.argv[2]).read_bytes()
    parts = {part["name"]: part for part in json.loads(Path(sys.argv[3]).read_text())["parts"]}
    root_offset = parts["root"]["offset-bytes"]
    table, whole = partitions(facts["flashPartitions"], root_offset)
    if len(firmware) > whole:
        sys.exit(f"kernel and root are {len(firmware)} bytes, and the flash holds {whole}")
    contents = {
        "partition-table": table,
        "soft-version": described(f"soft_ver:{facts['softwareVersion']}\n".encode() + b"\0"),
        "support-list": described(products(facts["supportedProducts"])),
        "os-image": firmware[:root_offset],
        "file-system": firmware[root_offset:],
        # Without it some loaders refuse an image.
        "extra-para": described(b"\1\0"),
    }
    listed, offset = "", TABLE_BYTES
    for name, content in contents.items():
        listed += f"fwup-ptn {name} base 0x{offset:05x} size 0x{len(content):05x}\t\r\n"
        offset += len(content)
    # The block about the vendor is empty, and says so.
    vendor = struct.pack(">I", 0).ljust(VENDOR_BYTES, b"\xff")
    # A zero ends the table.
    body = vendor + (listed.encode() + b"\0").ljust(TABLE_BYTES, b"\xff")
    body += b"".join(contents.values())
    checksum = hashlib.md5(SALT + body, usedforsecurity=False).digest()
    size = struct.pack(">I", 4 + len(checksum) + len(body))
    Path(sys.argv[4]).write_bytes(size + checksum + body)


main()
