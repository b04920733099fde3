"""What pins a thin tree to the project's files: a hash of the folders that it takes files from."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path

from liminix_gen import catalog
from liminix_gen.nix.closure import closure
from liminix_gen.nix.sources import (
    Sources,
    board_folder,
    body_folder,
    image_folder,
    in_project,
    is_left_out,
    own_packages,
)
from liminix_gen.plan import Plan

_DIGITS = 32


def project_folders(plan: Plan) -> tuple[str, ...]:
    """Return the folders of the project that a thin tree takes files from, sorted."""
    roots = [
        *(f"{body_folder(one.type)}/{one.body}" for one in plan.services),
        *(f"{image_folder(one)}/output.nix" for one in plan.images.values()),
        *(f"packages/{name}/package.nix" for name in own_packages(plan)),
        *([f"{board_folder(plan.device)}/{own.name}"] if (own := plan.device.own_tree) else []),
    ]
    sources = Sources.of(plan, {})
    reached = closure(roots, sources.read, sources.listed)
    of_project = {posixpath.dirname(path) for path in reached if not sources.is_users(path)}
    folders = {"lib", plan.package_set.name, *of_project}
    return tuple(sorted(map(in_project, folders)))


def project_hash(folders: Iterable[str]) -> str:
    """Return the hash of folders of the project, as nix/pinned.nix computes it."""
    digest = hashlib.sha256()
    for folder in folders:
        for line in _lines(folder, catalog.share_folder() / folder):
            digest.update(line)
    return digest.hexdigest()[:_DIGITS]


def _lines(folder: str, path: Path) -> Iterator[bytes]:
    for entry in sorted(os.scandir(path), key=lambda entry: os.fsencode(entry.name)):
        below = f"{folder}/{entry.name}"
        if is_left_out(entry.name):
            continue
        if entry.is_dir():
            yield from _lines(below, path / entry.name)
        else:
            content = (path / entry.name).read_bytes()
            yield os.fsencode(f"{below} {hashlib.sha256(content).hexdigest()}\n")
