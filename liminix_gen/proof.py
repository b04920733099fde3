"""What was seen of each board: docs/proof.json, written by the tests that prove it.

A row holds for the files that it was made with: the board's, and those of all service types. When
one of them changes the row is stale.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

import attrs
from attrs import field, frozen
from attrs.validators import in_, matches_re

from liminix_gen.catalog import Catalog, share_folder

# What can be proven of a board, the strongest first.
LEVELS = ("booted", "built", "evaluated")


@frozen(kw_only=True, order=True)
class Proof:
    """A row: what was seen of a board, by which command, when (ISO 8601), with which files."""

    board: str
    level: str = field(validator=in_(LEVELS))
    command: str
    date: str = field(validator=matches_re(r"\d{4}-\d\d-\d\d"))
    hash: str


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
    """Read the rows; none where there is no file. Raises ValueError for what is none."""
    if not file.exists():
        return ()
    rows = cast("list[dict[str, str]]", json.loads(file.read_text(encoding="utf-8")))
    return tuple(Proof(**row) for row in rows)


def record(file: Path, proofs: Iterable[Proof]) -> None:
    """Write rows; each takes the place of the one of its board and level."""
    rows = {(proof.board, proof.level): proof for proof in (*load(file), *proofs)}
    written = [attrs.asdict(rows[key]) for key in sorted(rows)]
    file.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def standing(board: str, proofs: Sequence[Proof], hash_: str) -> Standing | None:
    """Return what is proven of a board whose files have this hash; None where nothing ever was."""
    own = sorted(
        (proof for proof in proofs if proof.board == board),
        key=lambda proof: (proof.hash != hash_, LEVELS.index(proof.level)),
    )
    return Standing(proof=own[0], stale=own[0].hash != hash_) if own else None


def hashes(catalog: Catalog) -> Mapping[str, str]:
    """Return the hash of each board's files and of all service types."""
    modules = [file for root in catalog.module_folders for file in _sources(root)]
    common = _digest(modules)
    return {
        name: hashlib.sha256(f"{common}{_digest(_board_files(folder))}".encode()).hexdigest()[:16]
        for name, folder in catalog.devices.items()
    }


def _sources(folder: Path) -> Iterator[Path]:
    return (
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    )


def _board_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a board, then those of the families that they name."""
    families = folder.parent / "families"
    todo = list(_sources(folder))
    seen: set[Path] = set()
    while todo:
        file = todo.pop(0)
        if file in seen:
            continue
        seen.add(file)
        yield file
        if file.suffix == ".py":
            names = _imported(file.read_text(encoding="utf-8"))
            todo += [path for name in names if (path := families / f"{name}.py").is_file()]


def _imported(text: str) -> Iterator[str]:
    """Yield the names that relative imports mention: of modules, and of what is taken from them."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield from (node.module or "").split(".")
            yield from (alias.name for alias in node.names)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
