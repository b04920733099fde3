"""How much of the tests each board of QEMU gets: `make test` has an hour, `make prove` all day."""

from __future__ import annotations

import os
from collections.abc import Mapping

from liminix_gen.catalog import Catalog
from liminix_gen.qemu.acceleration import TRANSLATED, choose

PROVING = bool(os.environ.get("LIMINIX_GEN_PROVE"))
_PC = Catalog.of().device("x86-64").qemu
KVM = _PC is not None and choose(_PC).accelerators != TRANSLATED

# Booted by `make test` at all, and those that have tests/boot too: tests/storage boots the others
# from their media. Without KVM a PC is as slow as any other, and its kernel the largest.
_WHOLE = frozenset({"qemu-mipsel", *(["x86-64"] if KVM else [])})
_BOOTED = _WHOLE | {"qemu-aarch64"}
_BOARDS = frozenset({"orangepi-pc", "qemu-aarch64", "qemu-armv7l", "qemu-mipsel", "x86-64"})
# Of tests/line: what a home needs. What providers and cables do to a line is for `make prove`.
_HOME_FILES = frozenset({"test_30_home.py", "test_80_wifi.py"})
# Of tests/boot: what takes minutes, for each of ten restarts waits for leases and links.
_SLOW_FILES = frozenset({"test_37_restarts.py"})


def boots(board: str) -> bool:
    """Say whether this run boots a board, and compiles its kernel."""
    return PROVING or board in _BOOTED


def is_in(path: str, parameters: Mapping[str, object]) -> bool:
    """Say whether a boot test, by its file and its parameters, is in this run."""
    values = (value if isinstance(value, tuple) else (value,) for value in parameters.values())
    boards = {word for words in values for word in words if isinstance(word, str)} & _BOARDS
    if not all(map(boots, boards)):
        return False
    folder, _, name = path.rpartition("/")
    if folder.endswith("tests/line"):
        return PROVING or name in _HOME_FILES
    if name in _SLOW_FILES:
        return PROVING
    return PROVING or not folder.endswith("tests/boot") or boards <= _WHOLE
