"""What store paths take in a squashfs: compressed as mksquashfs does, a path by itself.

An image is a little less than their sum, for small files share blocks. The three numbers are fitted
to examples/hello.py on four boards and examples/gateway.py on five, of four architectures, and are
within 1 % of these; tests/build/test_size.py has others.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

from attrs import frozen

from liminix_gen import files
from liminix_gen.cache import cache_directory
from liminix_gen.nix.verbs import Nix

_BLOCK_BYTES = 256 * 1024  # outputs/squashfs/output.nix
_FACTOR, _EACH_BYTES, _ALWAYS_BYTES = 0.9725, -2008, 153_198
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": _BLOCK_BYTES}]
_RECORD = "sizes.json"
_KEPT = 5000


@frozen
class Size:
    """Bytes of a store path: as it is, and compressed."""

    plain: int
    packed: int


def image_bytes(packed: Iterable[int]) -> int:
    """Return the size of a squashfs that holds store paths of such sizes."""
    sizes = tuple(packed)
    return round(_FACTOR * sum(sizes) + _EACH_BYTES * len(sizes) + _ALWAYS_BYTES)


def measured(paths: Iterable[str], nix: Nix) -> Mapping[str, Size]:
    """Measure store paths that are there, each once: it takes a second for a megabyte."""
    record = cache_directory() / _RECORD
    known = _load(record)
    found: dict[str, Size] = {}
    for path in paths:
        name = Path(path).name
        if name not in known:
            place = nix.physical(path)
            if not place.exists():
                continue
            known[name] = _measure(place)
        found[path] = known[name]
    with suppress(OSError):
        record.parent.mkdir(parents=True, exist_ok=True)
        kept = dict(list(known.items())[-_KEPT:])
        text = json.dumps({name: [one.plain, one.packed] for name, one in kept.items()})
        files.write(record, text.encode())
    return found


def _load(record: Path) -> dict[str, Size]:
    try:
        said = cast("dict[str, list[int]]", json.loads(record.read_text(encoding="utf-8")))
        return {name: Size(int(plain), int(packed)) for name, (plain, packed) in said.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _measure(path: Path) -> Size:
    plain = packed = 0
    ends = bytearray()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_symlink() or not file.is_file():
            continue
        content = file.read_bytes()
        plain += len(content)
        whole = len(content) // _BLOCK_BYTES * _BLOCK_BYTES
        packed += sum(map(_packed, _blocks(content[:whole])))
        ends += content[whole:]
    return Size(plain, packed + sum(map(_packed, _blocks(bytes(ends)))))


def _blocks(content: bytes) -> Iterable[bytes]:
    return (content[at : at + _BLOCK_BYTES] for at in range(0, len(content), _BLOCK_BYTES))


def _packed(block: bytes) -> int:
    packed = lzma.compress(block, lzma.FORMAT_XZ, lzma.CHECK_CRC32, filters=_FILTERS)
    return min(len(block), len(packed))
