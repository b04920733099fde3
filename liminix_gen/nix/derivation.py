"""What a .drv file says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import frozen
from pynixutil import drvparse


@frozen(kw_only=True)
class Derivation:
    """What a .drv file says: paths of its outputs by name, and of the derivations it needs."""

    outputs: Mapping[str, str]
    inputs: tuple[str, ...]


def read(path: Path) -> Derivation:
    """Read a .drv file."""
    parsed = drvparse(path.read_text(encoding="utf-8"))
    return Derivation(
        outputs={name: output.path for name, output in parsed.outputs.items()},
        inputs=tuple(parsed.input_drvs),
    )
