"""Locked packages in the Nix store: which are there, and how the others get there."""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from liminix_gen import events, files
from liminix_gen.cache import OTHER_CACHE, cache_directory
from liminix_gen.debian.download import Download, DownloadEvent, download
from liminix_gen.debian.store_path import store_name, store_path
from liminix_gen.errors import BuildError, Problem
from liminix_gen.events import Fetched, Listener
from liminix_gen.package_set import GoneError
from liminix_gen.process import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from liminix_gen.debian.apt import Apt
    from liminix_gen.debian.lock import LockedPackage
    from liminix_gen.nix.verbs import Nix


def missing(packages: Iterable[LockedPackage], nix: Nix) -> tuple[LockedPackage, ...]:
    """Return the packages that are not in the store, in the order given."""
    store = os.environ.get("NIX_STORE_DIR", "/nix/store")
    paths = {store_path(store_name(one.path), one.sha256, store=store): one for one in packages}
    with _in_short("nix-store --check-validity"):
        absent = nix.absent(paths)
    return tuple(one for path, one in paths.items() if path in absent)


def fetch(
    packages: Iterable[LockedPackage], open_apt: Callable[[], Apt], nix: Nix, listen: Listener
) -> None:
    """Put every package into the store; `open_apt` is called only if one is missing.

    What could be fetched is added even when something else could not. Raises BuildError that names
    each package that could not: GoneError when the mirror has none of these any more, and a newer
    version is to be locked.
    """
    began = time.monotonic()
    wanted = tuple(dict.fromkeys(packages))
    absent = missing(wanted, nix)
    if absent:
        _fetch(absent, open_apt(), nix, listen)
    listen(
        Fetched(
            present=len(wanted) - len(absent),
            fetched=len(absent),
            size_bytes=sum(one.size_bytes for one in absent),
            seconds=time.monotonic() - began,
        )
    )


def _fetch(
    absent: tuple[LockedPackage, ...],
    apt: Apt,
    nix: Nix,
    listen: Listener,
) -> None:
    parent = cache_directory()
    with files.temporary_folder(parent, OTHER_CACHE) as place:
        by_target = {place / store_name(one.path): one for one in absent}
        begun: set[Path] = set()
        done: set[Path] = set()

        def report(event: DownloadEvent) -> None:
            # apt reports when it begins a file; the one before is then there.
            if event.state == "fetched":
                done.add(event.download.target)
            elif event.state == "fetching":
                begun.add(event.download.target)
            one = by_target[event.download.target]
            listen(
                events.Download(
                    name=one.name,
                    version=one.version,
                    size_bytes=one.size_bytes,
                    state=event.state,
                    done=max(len(done), len(begun) - 1),
                    total=len(absent),
                )
            )

        downloads = [
            Download(path=one.path, sha256=one.sha256, target=target, bases=apt.bases(one.suite))
            for target, one in by_target.items()
        ]
        failed = download(apt, downloads, on_event=report)
        there = [target for target in by_target if target.is_file()]
        if there:
            with _in_short("nix-store --add-fixed"):
                nix.add(there)
        if failed:
            if any("No space left" in one.reason for one in failed):
                what = f"no space is left for {len(failed)} packages in {parent}"
                hint = f"free some, or {OTHER_CACHE}"
                raise BuildError(Problem(None, what, "", hint, kind="mirror"))
            packages = {by_target[one.download.target]: one for one in failed}
            problems = [_failure(package, one) for package, one in packages.items()]
            if all(_is_gone(one) for one in failed):
                raise GoneError((package.name for package in packages), *problems)
            raise BuildError(*problems)


def _is_gone(event: DownloadEvent) -> bool:
    """Say whether every mirror answered that it has no such file."""
    answers = event.reason.split("\n")
    return all(re.search(r"\s404\s|File not found|No such file", line) for line in answers)


def _failure(package: LockedPackage, event: DownloadEvent) -> Problem:
    what = f"the package {package.name} {package.version} could not be fetched"
    if _is_gone(event):
        hint = (
            "it is gone from the mirror, which keeps only the newest versions: "
            f"liminix-gen lock --update CONFIG {package.name}"
        )
    else:
        hint = "try again later, or name another mirror in apt's sources"
    return Problem(None, what, event.reason, hint, kind="mirror")


@contextmanager
def _in_short(command: str) -> Generator[None]:
    """Report in short what the store refuses."""
    try:
        yield
    except CommandError as error:
        said = error.completed.stderr.strip()
        what = (
            "no space is left for the Nix store"
            if "No space left on device" in said or "disk is full" in said
            else f"{command} failed"
        )
        raise BuildError(
            Problem(None, what, "\n".join(said.split("\n")[-10:]), kind="mirror")
        ) from None
