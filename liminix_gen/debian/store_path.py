"""Where a package lies in the Nix store."""

from __future__ import annotations

import hashlib
import re

_BASE32 = "0123456789abcdfghijklmnpqrsvwxyz"


def store_name(path: str) -> str:
    """Return a package's name in the store: that in the pool, without what Nix does not take."""
    return re.sub(r"[^A-Za-z0-9+._?=-]", "_", path.rpartition("/")[2])


def store_path(name: str, sha256: str, *, store: str = "/nix/store") -> str:
    """Return where Nix keeps a file of this name and SHA-256 (flat, as --add-fixed adds it)."""
    inner = hashlib.sha256(f"fixed:out:sha256:{sha256}:".encode()).hexdigest()
    outer = hashlib.sha256(f"output:out:sha256:{inner}:{store}:{name}".encode()).digest()
    folded = bytearray(20)
    for index, byte in enumerate(outer):
        folded[index % 20] ^= byte
    return f"{store}/{_base32(bytes(folded))}-{name}"


def _base32(digest: bytes) -> str:
    """Return Nix's base 32: from the end, 5 bits a character, lowest bits last."""
    number = int.from_bytes(digest, "little")
    length = (len(digest) * 8 + 4) // 5
    return "".join(_BASE32[(number >> (5 * index)) & 31] for index in reversed(range(length)))
