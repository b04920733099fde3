"""The flash of QEMU's boards (pflash_cfi01), and the versions in which it cannot be written."""

from __future__ import annotations

import re

from liminix_gen import process

# Since it has a buffer, which is begun only if more words follow (pflash_write in QEMU's
# hw/block/pflash_cfi01.c), a buffered write of one word is an error: to Linux, a locked block.
# Seen with 10.0; 7.2 takes it.
_REFUSES_SINCE = (8, 2)

NOTICE = (
    "the flash of this QEMU refuses some writes, so this root will not come up: "
    "use squashfs or ext4, or QEMU 7.2"
)


def refuses_writes(executable: str) -> bool:
    """Say whether a QEMU has a flash that Linux cannot write."""
    said = process.run([executable, "--version"]).stdout
    found = re.search(r"version (\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) >= _REFUSES_SINCE
