"""Writing an emitted tree: all or nothing, and never over what somebody else wrote.

The tree owns the files that its ``manifest.json`` lists with their hashes. New content is staged
beside the target with a journal of what to move; once the journal is complete the swap goes on
from wherever it was interrupted, before that nothing has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.locking import locked

Tree = Mapping[str, bytes]

MANIFEST = "manifest.json"
_JOURNAL = "journal.json"
_AWAY = "move it away, or emit to another folder"

Move = Callable[[Path, Path], object]


def digest(content: bytes) -> str:
    """Return the SHA-256 of content in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write(tree: Tree, target: Path, *, move: Move = os.replace) -> tuple[str, ...]:
    """Make ``target`` hold the tree; return the paths that changed.

    Raises ConfigurationError where a file of the tree was edited, or is somebody else's, or the
    file system refuses.
    """
    if target.exists() and not target.is_dir():
        raise ConfigurationError(Problem(where=str(target), what="is not a folder"))
    try:
        target.mkdir(parents=True, exist_ok=True)
        with locked(target):
            return _write(tree, target, move)
    except OSError as error:
        with suppress(OSError):  # only a folder that is empty goes
            target.rmdir()
        raise ConfigurationError(
            Problem(where=str(target), what=f"cannot be written: {error.strerror or error}")
        ) from error


def differences(tree: Tree, target: Path) -> tuple[str, ...]:
    """Return the paths at which ``target`` is not the tree, sorted."""
    owned = _owned(target)
    changed = {
        path for path, content in tree.items() if _digest_of(target / path) != digest(content)
    }
    return tuple(sorted(changed | (owned.keys() - tree.keys())))


def _write(tree: Tree, target: Path, move: Move) -> tuple[str, ...]:
    stage = target.parent / f".{target.name}.liminix-gen-stage"
    _finish(stage, target, move)
    owned = _owned(target)
    changed = differences(tree, target)
    _refuse_foreign(tree, target, owned)
    if not changed:
        return ()
    # The manifest moves last: until then the old one tells what was there.
    moves = [path for path in changed if path in tree and path != MANIFEST] + [MANIFEST]
    removals = [path for path in changed if path not in tree]
    try:
        for path in moves:
            (stage / "files" / path).parent.mkdir(parents=True, exist_ok=True)
            (stage / "files" / path).write_bytes(tree[path])
            if path.endswith(".sh"):
                (stage / "files" / path).chmod(0o755)
        journal = json.dumps({"moves": moves, "removals": removals})
        (stage / f"{_JOURNAL}.new").write_text(journal)
    except OSError:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    (stage / f"{_JOURNAL}.new").replace(stage / _JOURNAL)
    _finish(stage, target, move)
    return changed


def _finish(stage: Path, target: Path, move: Move) -> None:
    """Carry out a complete journal; drop a stage without one."""
    journal = stage / _JOURNAL
    if journal.is_file():
        plan = cast("dict[str, list[str]]", json.loads(journal.read_text()))
        for path in plan["removals"]:
            (target / path).unlink(missing_ok=True)
            _remove_empty_parents(target / path, target)
        for path in plan["moves"]:
            if (stage / "files" / path).exists():
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                move(stage / "files" / path, target / path)
        journal.unlink()
    if stage.exists():
        shutil.rmtree(stage)


def _refuse_foreign(tree: Tree, target: Path, owned: Mapping[str, str]) -> None:
    folders = {parent for path in tree for parent in Path(path).parents if parent.name}
    problems = [
        Problem(str(target / folder), "is in the way: it is not a folder of its own", remedy=_AWAY)
        for folder in sorted(folders)
        if (target / folder).is_symlink() or (target / folder).is_file()
    ]
    if problems:
        raise ConfigurationError(*problems)
    for path in sorted(owned.keys() | tree.keys()):
        found = _digest_of(target / path)
        if found is None or (path in tree and found == digest(tree[path])):
            continue
        if path == MANIFEST and owned:
            continue
        if path not in owned:
            what = "is in the way: it was not written by liminix-gen"
            problems.append(Problem(where=str(target / path), what=what, remedy=_AWAY))
        elif found != owned[path]:
            what = "was edited since liminix-gen wrote it"
            remedy = "put the change into the configuration or a module, and remove the file"
            problems.append(Problem(where=str(target / path), what=what, remedy=remedy))
    if problems:
        raise ConfigurationError(*problems)


def _owned(target: Path) -> Mapping[str, str]:
    """Return the files, with hashes, that the target's manifest claims."""
    try:
        manifest = json.loads((target / MANIFEST).read_bytes())
        owned = cast("dict[str, object]", manifest["owned"])
        if all(_inside(path) for path in owned):
            return {path: str(hash_) for path, hash_ in owned.items()} | {MANIFEST: ""}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise ConfigurationError(
        Problem(str(target / MANIFEST), "is not a manifest of liminix-gen", remedy=_AWAY)
    )


def _inside(path: str) -> bool:
    return not path.startswith("/") and ".." not in path.split("/")


def _digest_of(path: Path) -> str | None:
    if path.is_symlink():
        return "a symbolic link"
    try:
        return digest(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        return "a folder"


def _remove_empty_parents(path: Path, target: Path) -> None:
    for parent in path.parents:
        if parent == target or not parent.is_dir() or any(parent.iterdir()):
            return
        parent.rmdir()
