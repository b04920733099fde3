"""The kernels that were compiled on this machine: for which board, and how long it took.

A record of the user's cache, one file for all configurations. It is only for saying what a build
will cost: one that is lost or broken costs a hint.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import cast

import attrs
from attrs import frozen

from liminix_gen import files
from liminix_gen.cache import cache_directory
from liminix_gen.locking import locked
from liminix_gen.nix import derivation, objects
from liminix_gen.nix.events import derivation_name
from liminix_gen.nix.verbs import Nix

_KEPT = 100
_LONGEST_S = 10_000_000


def _is_a_time(_instance: object, _attribute: object, value: float) -> None:
    # Python's JSON holds infinite numbers, too, and what is not a number.
    if not 0 <= value < _LONGEST_S:
        raise ValueError(f"not the seconds that a kernel takes: {value!r}")


@frozen(kw_only=True)
class Compiled:
    """A kernel: its board, where it lies in the store, and the seconds that it took."""

    device: str = attrs.field(validator=attrs.validators.instance_of(str))
    path: str = attrs.field(validator=attrs.validators.matches_re(r"(/[\w.+?=-]{1,255}){1,8}"))
    seconds: float = attrs.field(validator=_is_a_time)


def record_file() -> Path:
    """Return where the record is."""
    return cache_directory() / "kernels.json"


def is_kernel(path: str) -> bool:
    """Say whether a derivation is one of a kernel (lib/kernel/kernel.nix names it)."""
    return re.fullmatch(r"linux-\d+(\.\d+)+", derivation_name(path)) is not None


def load(record: Path) -> tuple[Compiled, ...]:
    """Return what the record says, oldest first; nothing if it says nothing that is known."""
    try:
        entries = cast("list[dict[str, object]]", json.loads(record.read_text(encoding="utf-8")))
        return tuple(Compiled(**entry) for entry in entries)  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError, RecursionError):
        return ()


def add(record: Path, device: str, path: str, seconds: float, nix: Nix) -> None:
    """Add a kernel that was just compiled; ``path`` is that of its derivation."""
    outputs = derivation.read(nix.physical(path)).outputs
    output = outputs["out"]
    if "support" in outputs:
        objects.keep(record, device, nix.physical(outputs["support"]) / "objects")
    with suppress(OSError):
        record.parent.mkdir(parents=True, exist_ok=True)
        with locked(record.with_suffix(".lock")):
            before = [one for one in load(record) if (one.device, one.path) != (device, output)]
            kernels = [*before, Compiled(device=device, path=output, seconds=round(seconds, 1))]
            kept = json.dumps([attrs.asdict(one) for one in kernels[-_KEPT:]], indent=2)
            files.write(record, kept.encode())


def of_device(record: Path, device: str, nix: Nix) -> tuple[Compiled, ...]:
    """Return the kernels of a board that are still in the store, oldest first."""
    return tuple(
        one for one in load(record) if one.device == device and nix.physical(one.path).exists()
    )
