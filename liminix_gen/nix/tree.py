"""Writing an emitted tree: all or nothing, and never over what somebody else wrote.

The tree owns the files that its ``manifest.json`` lists with their hashes. New content is staged in
a folder of the target, for the target may be a file system of its own, then moved file by file; the
manifest comes after them, and what goes is removed last. Before the first move a journal there
lists the hashes of all that the tree owns meanwhile, so that the next run knows a half of it.
Manifest and journal may come from anywhere, with a clone say: they only say what the tree owns.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.files import remove
from liminix_gen.locking import locked

Tree = Mapping[str, bytes]

MANIFEST = "manifest.json"
_DIGITS = 32
_STAGE = ".liminix-gen-stage"
_JOURNAL = "journal.json"
_AWAY = "move it away, or emit to another folder"
_LONGEST_BYTES = 16 << 20  # of a manifest or journal: a tree's has a hundredth
_LARGEST_BYTES = 1 << 30  # of any file: what is larger is not of a tree, and not read to see that

Move = Callable[[Path, Path], object]

# What the tree may own at a path: hashes.
_Owned = Mapping[str, frozenset[str]]


def digest(content: bytes) -> str:
    """Return what distinguishes one content from another: half of its SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()[:_DIGITS]


def write(tree: Tree, target: Path, *, move: Move | None = None) -> tuple[str, ...]:
    """Make ``target`` hold the tree; return the paths that changed.

    Raises ConfigurationError if a file of the tree was edited, or is somebody else's, or the
    file system refuses.
    """
    made: list[Path] = []
    try:
        with _reported(target, "cannot be written"):
            _refuse_other(target)
            made += [one for one in (target, *target.parents) if not one.exists()]
            target.mkdir(parents=True, exist_ok=True)
            with locked(target):
                return _write(tree, target, move or _move)
    except BaseException:
        for folder in made:
            with suppress(OSError):  # only a folder that is empty goes
                folder.rmdir()
        raise


def renew(tree: Tree, target: Path) -> tuple[str, ...]:
    """Do as `write` does in a folder of a cache, where all that is in the way is thrown away."""
    try:
        return write(tree, target)
    except ConfigurationError:
        with _reported(target, "cannot be removed"):
            remove(target)
        return write(tree, target)


def differences(tree: Tree, target: Path) -> tuple[str, ...]:
    """Return the paths at which ``target`` is not the tree, sorted.

    Raises ConfigurationError if it is not a folder, or cannot be read.
    """
    with _reported(target, "cannot be read"):
        _refuse_other(target)
        return _differences(tree, _found(tree, target, _owned(target)))


def in_the_way(tree: Tree, target: Path) -> tuple[str, ...]:
    """Return the files for which `write` would refuse, sorted."""
    owned = _owned(target)
    try:
        _refuse_foreign(tree, target, owned, _found(tree, target, owned))
    except ConfigurationError as error:
        return tuple(str(one.where) for one in error.problems)
    return ()


def _found(tree: Tree, target: Path, owned: Iterable[str]) -> Mapping[str, str | None]:
    """Return the hash of what is at each path, or None if nothing is; each is read once."""
    return {path: _digest_of(target, path) for path in sorted({*owned, *tree})}


def _differences(tree: Tree, found: Mapping[str, str | None]) -> tuple[str, ...]:
    wanted = {path: digest(content) for path, content in tree.items()}
    return tuple(path for path, there in found.items() if there != wanted.get(path))


@contextmanager
def _reported(target: Path, what: str) -> Generator[None]:
    """Report what the file system refuses, at which file, as an error of the user's machine."""
    try:
        yield
    except OSError as error:
        # A file that is moved has two names; one of the stage is nothing to a user.
        names = [str(one) for one in (error.filename2, error.filename) if one is not None]
        where = next((one for one in names if _STAGE not in Path(one).parts), str(target))
        raise ConfigurationError(
            Problem(where=where, what=f"{what}: {error.strerror or error}", kind="tree")
        ) from error


def _refuse_other(target: Path) -> None:
    if os.path.lexists(target) and not target.is_dir():
        raise ConfigurationError(Problem(where=str(target), what="is not a folder", kind="tree"))


def _write(tree: Tree, target: Path, move: Move) -> tuple[str, ...]:
    owned = _owned(target)
    found = _found(tree, target, owned)
    _refuse_foreign(tree, target, owned, found)
    changed = _differences(tree, found)
    stage = target / _STAGE
    if changed:
        moves = [*(path for path in changed if path in tree and path != MANIFEST), MANIFEST]
        removals = [path for path in changed if path not in tree]
        may_own = {path: owned.get(path, frozenset()) | _new(tree, path) for path in changed}
        _fill(stage, {path: tree[path] for path in moves}, may_own)
        for path in moves:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            move(stage / "files" / path, target / path)
        for path in removals:
            (target / path).unlink(missing_ok=True)
            _remove_empty_parents(target / path, target)
    if os.path.lexists(stage):
        remove(stage)
    return changed


def _new(tree: Tree, path: str) -> frozenset[str]:
    return frozenset({digest(tree[path])}) if path in tree else frozenset()


def _fill(stage: Path, files: Tree, may_own: _Owned) -> None:
    """Stage files, then the journal, which takes the place of one that is there."""
    if stage.is_symlink() or not stage.is_dir():
        remove(stage)
    files_folder, journal = stage / "files", stage / f"{_JOURNAL}.new"
    try:
        remove(files_folder)
        remove(journal)
        for path, content in files.items():
            (files_folder / path).parent.mkdir(parents=True, exist_ok=True)
            (files_folder / path).write_bytes(content)
            if path.endswith(".sh"):
                (files_folder / path).chmod(0o755)
        journal.write_text(json.dumps({path: sorted(hashes) for path, hashes in may_own.items()}))
        journal.replace(stage / _JOURNAL)
    except BaseException:
        with suppress(OSError):
            remove(files_folder)
            remove(journal)
            stage.rmdir()  # unless an older journal is in it
        raise


def _move(source: Path, destination: Path) -> None:
    try:
        source.replace(destination)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # A folder of the tree is itself a file system.
        beside = destination.with_name(f".{destination.name}.liminix-gen-new")
        shutil.copy(source, beside, follow_symlinks=False)
        beside.replace(destination)


def _refuse_foreign(
    tree: Tree, target: Path, owned: _Owned, there: Mapping[str, str | None]
) -> None:
    folders = {parent for path in tree for parent in Path(path).parents if parent.name}
    problems = [
        Problem(
            str(target / folder),
            "is in the way: it is not a folder of its own",
            hint=_AWAY,
            kind="tree",
        )
        for folder in sorted(folders)
        if (target / folder).is_symlink() or (target / folder).is_file()
    ]
    if problems:
        raise ConfigurationError(*problems)
    for path, found in there.items():
        if found is None or (path in tree and found == digest(tree[path])):
            continue
        if path == MANIFEST and path in owned:
            continue
        if path not in owned:
            what = "is in the way: it was not written by liminix-gen"
            problems.append(Problem(where=str(target / path), what=what, hint=_AWAY, kind="tree"))
        elif found not in owned[path]:
            what = "was edited since liminix-gen wrote it"
            hint = "put the change into the configuration or a module, and remove the file"
            problems.append(Problem(where=str(target / path), what=what, hint=hint, kind="tree"))
    if problems:
        raise ConfigurationError(*problems)


def _owned(target: Path) -> _Owned:
    """Return the files, with hashes, that the target's manifest claims, and its journal.

    A manifest that cannot be read is an error; such a journal is ignored.
    """
    owned: dict[str, frozenset[str]] = {}
    try:
        if (text := _text(target, MANIFEST)) is not None:
            manifest = cast("Mapping[str, object]", json.loads(text))
            claimed = cast("Mapping[str, object]", manifest["owned"])
            owned = {path: frozenset({_hash(one)}) for path, one in claimed.items() if _own(path)}
            owned[MANIFEST] = frozenset()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ConfigurationError(
            Problem(
                str(target / MANIFEST), "is not a manifest of liminix-gen", hint=_AWAY, kind="tree"
            )
        ) from None
    for path, hashes in _journal(target).items():
        owned[path] = owned.get(path, frozenset()) | hashes
    return owned


def _journal(target: Path) -> _Owned:
    try:
        text = _text(target, f"{_STAGE}/{_JOURNAL}")
        journal = cast("Mapping[str, list[object]]", json.loads(text or "{}"))
        return {
            path: frozenset(map(_hash, hashes)) for path, hashes in journal.items() if _own(path)
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _text(target: Path, path: str) -> bytes | None:
    """Return a manifest or journal that is there; ValueError if something else is."""
    file = target / path
    if _is_through_a_link(target, path):
        raise ValueError("a link leads elsewhere")
    try:
        status = file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_size > _LONGEST_BYTES:
        raise ValueError("not a file, or too long")
    return file.read_bytes()


def _own(path: str) -> bool:
    """Say that a path is of a tree; ValueError if it leads out of it, or to what is hidden."""
    os.fsencode(path)
    if "\0" in path or any(not part or part.startswith(".") for part in path.split("/")):
        raise ValueError(path)
    return True


def _hash(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value[:_DIGITS]  # earlier versions wrote all 64 digits


def _is_through_a_link(target: Path, path: str) -> bool:
    return any((target / folder).is_symlink() for folder in Path(path).parents if folder.name)


def _digest_of(target: Path, path: str) -> str | None:
    """Return the hash of a plain file; None if there is nothing, or a link leads elsewhere."""
    if _is_through_a_link(target, path):
        return None
    file = target / path
    try:
        status = file.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST_BYTES:
            return "something else"
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()[:_DIGITS]
    except (FileNotFoundError, NotADirectoryError):
        return None


def _remove_empty_parents(path: Path, target: Path) -> None:
    for parent in path.parents:
        if parent == target or not parent.is_dir() or any(parent.iterdir()):
            return
        parent.rmdir()
