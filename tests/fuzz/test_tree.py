"""What lies in the folder that a tree goes to: manifests, journals, links, half a tree."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen.errors import ConfigurationError
from liminix_gen.nix import tree
from tests.fuzz import mutation

if TYPE_CHECKING:
    from random import Random

    from tests.fuzz.ground import Fuzz

_MINE = b"mine"
_PATHS = ("a", "b/c", "b/d/e", "gone", "gone/x", "README", ".git/config", "../mine", "/mine", "b")


def _made(**files: str) -> dict[str, bytes]:
    contents = {path.replace("__", "/"): text.encode() for path, text in files.items()}
    owned = {path: tree.digest(content) for path, content in contents.items()}
    return {**contents, tree.MANIFEST: json.dumps({"owned": owned}).encode()}


OLD = _made(a="1", b__c="2", b__d__e="3", gone__x="4", same="5")
NEW = _made(a="10", b__c="2", b__d__e="30", b__new="6", same="5")


def _snapshot(folder: Path) -> dict[str, bytes | str]:
    return {
        str(one.relative_to(folder)): str(one.readlink()) if one.is_symlink() else one.read_bytes()
        for one in folder.rglob("*")
        if one.is_symlink() or one.is_file()
    }


def _others(home: Path) -> dict[str, bytes | str]:
    """Return what no tree may touch."""
    return {
        path: content
        for path, content in _snapshot(home).items()
        if not path.startswith("out/") or path.startswith("out/.git")
    }


def _put(random: Random, place: Path, elsewhere: Path) -> None:
    """Put something of another kind, or nothing, at a place in the target."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    match random.randrange(5):
        case 0:
            place.symlink_to(random.choice((elsewhere, elsewhere / "x", Path("nowhere"))))
        case 1:
            place.mkdir()
        case 2:
            place.write_bytes(random.choice((_MINE, b"", b"1", b"10")))
        case _:
            pass


def _journal(random: Random) -> bytes:
    hashes = [tree.digest(one) for one in (_MINE, b"1", b"10", b"4", b"6")]
    value = {
        random.choice(_PATHS): random.sample(hashes, random.randint(0, 3))
        for _ in range(random.randint(0, 3))
    }
    if random.random() < 0.5:
        return json.dumps(value).encode()
    if random.random() < 0.5:
        return json.dumps(mutation.change_value(random, value)).encode()
    return mutation.change(random, json.dumps(value).encode())


def _manifest(random: Random) -> bytes:
    value = {"owned": {path: tree.digest(content) for path, content in OLD.items()}}
    if random.random() < 0.5:
        del value["owned"][tree.MANIFEST]
        value["owned"][random.choice(_PATHS)] = tree.digest(_MINE)
        return json.dumps(value).encode()
    return mutation.change(random, OLD[tree.MANIFEST], most=1)


class _CutError(Exception):
    pass


def _half(random: Random, target: Path) -> None:
    """Stop in the middle of a swap."""
    left = random.randrange(4)

    def cut(source: Path, destination: Path) -> None:
        nonlocal left
        if left == 0:
            raise _CutError
        left -= 1
        os.replace(source, destination)  # noqa: PTH105

    with pytest.raises(_CutError):
        tree.write(NEW, target, move=cut)


def test_emitted_trees(fuzz: Fuzz, memory_path: Path) -> None:
    """The tree is written whole, or refused; nothing outside of it changes, nor what is hidden.

    Found: a journal that cannot be read (a traceback for ever), journals that move and remove files
    outside of the tree, a stage that is a link, what is to go behind a link.
    """

    def one(random: Random) -> bool:
        home = memory_path / "home"
        target, elsewhere = home / "out", home / "elsewhere"
        tree.write(OLD, target)
        for file in (home / "mine", target / "README", target / ".git/config", elsewhere / "x"):
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(_MINE if file.name != "x" else b"4")
        if random.random() < 0.4:
            _half(random, target)
        stage = target / tree._STAGE
        if random.random() < 0.6:
            stage.mkdir(exist_ok=True)
            (stage / tree._JOURNAL).write_bytes(_journal(random))
        if random.random() < 0.2:
            (target / tree.MANIFEST).write_bytes(_manifest(random))
        if random.random() < 0.4:
            names = ("a", "b", "b/d", "gone", "same", tree._STAGE, f"{tree._STAGE}/files")
            place = target / random.choice(names)
            if place.parent.is_dir():
                _put(random, place, elsewhere)
        kept = _others(home)
        wanted = random.choice((OLD, NEW))
        try:
            tree.write(wanted, target)
        except ConfigurationError as error:
            assert all(str(one.where).startswith(str(target)) for one in error.problems)  # noqa: PT017
            return False
        else:
            there = _snapshot(target)
            assert {path: there[path] for path in wanted} == wanted
            assert not stage.exists()
            assert tree.differences(wanted, target) == ()
            return True
        finally:
            assert _others(home) == kept
            shutil.rmtree(home)

    fuzz.each(one, short=500)
