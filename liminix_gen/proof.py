"""What was seen of each board: docs/proof.json, written by the tests that prove it.

A row holds for what it was made with: the board, and the service types that its image reached. When
one of them changes the row is stale; another board or service type does not matter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import attrs
from attrs import field, frozen
from attrs.validators import in_, matches_re

from liminix_gen import files, fingerprint
from liminix_gen.catalog import Catalog, share_folder

# What can be proven of a board, the strongest first.
LEVELS = ("booted", "built", "evaluated")


@frozen(kw_only=True)
class Hardware:
    """How many parts of a board a driver matches, how many need none, and what is not driven.

    The last is a reason by the part's name: a node of the device tree, or a chip.
    """

    driven: int
    handled: int
    undriven: Mapping[str, str]

    @classmethod
    def read(cls, file: Path) -> Hardware:
        """Read what a build found (templates/nix/lib/python/hardware.py)."""
        found = cast("dict[str, dict[str, str]]", json.loads(file.read_text(encoding="utf-8")))
        counts = {name: len(found[name]) for name in ("driven", "handled")}
        return cls(**counts, undriven=found["undriven"])


@frozen(kw_only=True)
class Proof:
    """A row: what was seen of a board, by which command, when (ISO 8601), with which files.

    `reached` are the service types of the image, `hash` is that of their files and the board's.
    `hardware` is what the build found of it, if the board has a device tree.
    """

    board: str
    level: str = field(validator=in_(LEVELS))
    command: str
    date: str = field(validator=matches_re(r"\d{4}-\d\d-\d\d"))
    reached: tuple[str, ...] = field(converter=tuple[str, ...])
    hash: str
    hardware: Hardware | None = None


@frozen(kw_only=True)
class Standing:
    """The strongest proof of a board that holds, or else the strongest that did."""

    proof: Proof
    stale: bool

    def __str__(self) -> str:
        return f"{self.proof.level} {self.proof.date}{' (stale)' if self.stale else ''}"


def proof_file() -> Path:
    """Return where the rows are."""
    return share_folder() / "docs" / "proof.json"


def load(file: Path) -> tuple[Proof, ...]:
    """Read the rows; none if there is no file. Raises ValueError if it is another kind of file."""
    if not file.exists():
        return ()
    rows = cast("list[dict[str, Any]]", json.loads(file.read_text(encoding="utf-8")))
    return tuple(_proof(**row) for row in rows)


def _proof(*, hardware: dict[str, Any] | None = None, **row: Any) -> Proof:
    return Proof(**row, hardware=Hardware(**hardware) if hardware else None)


def record(file: Path, proofs: Iterable[Proof]) -> None:
    """Write rows; each takes the place of the one of its board and level."""
    rows = {(proof.board, proof.level): proof for proof in (*load(file), *proofs)}
    written = [
        attrs.asdict(rows[key], filter=lambda _, value: value is not None) for key in sorted(rows)
    ]
    files.write(file, f"{json.dumps(written, indent=2)}\n".encode())


def standings(
    catalog: Catalog, boards: Iterable[str], proofs: Iterable[Proof]
) -> dict[str, Standing | None]:
    """Return what is proven of boards, by their names; None if nothing ever was."""
    of_service_type = cache(fingerprint.of_service_type)  # most rows reach the same
    found: dict[str, list[Standing]] = {board: [] for board in boards}
    for proof in proofs:
        if proof.board in found:
            now = _hash(catalog, proof.board, proof.reached, of_service_type)
            found[proof.board].append(Standing(proof=proof, stale=proof.hash != now))
    return {
        board: min(rows, key=lambda one: (one.stale, LEVELS.index(one.proof.level)), default=None)
        for board, rows in found.items()
    }


def hash_of(catalog: Catalog, board: str, reached: Iterable[str]) -> str:
    """Return the hash of a board and of those service types that there are."""
    return _hash(catalog, board, reached, fingerprint.of_service_type)


def _hash(
    catalog: Catalog, board: str, reached: Iterable[str], of_service_type: Callable[[Path], str]
) -> str:
    digest = hashlib.sha256(fingerprint.of_board(catalog.devices[board]).encode())
    for name in sorted(reached):
        if (folder := catalog.service_types.get(name)) is not None:
            digest.update(f"{name} {of_service_type(folder)}".encode())
    return digest.hexdigest()[:16]
