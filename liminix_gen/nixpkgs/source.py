"""The nixpkgs that a build takes its packages from: where it is, and whether it will do."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from attrs import evolve

from liminix_gen.errors import ConfigurationError, EvaluationError, Problem, suggestion
from liminix_gen.model.kernel import Asked
from liminix_gen.nix.verbs import Nix
from liminix_gen.package_set import UnusableError
from liminix_gen.process import MissingToolError

# The release that a tree asks for, and that its flake.nix names.
OLDEST = "26.05"
# lib/minver.nix of nixpkgs.
OLDEST_NIX = (2, 18)
# The Debian whose own is new enough.
_DEBIAN_WITH_NIX = 13
_CLONE = f"git clone --depth 1 --branch nixos-{OLDEST} https://github.com/NixOS/nixpkgs"

_LOOK = Path(__file__).with_name("look.nix")


def locate(given: Path | None, packages: Mapping[str, Sequence[Asked]], nix: Nix) -> Path:
    """Return the nixpkgs to build from: ``given``, or ``<nixpkgs>`` of Nix's search path.

    ``packages`` are the names that it must have, each with those who ask. Raises
    UnusableError if there is none, or it or Nix is too old, and ConfigurationError if it
    lacks a package.
    """
    require_nix(nix)
    return look(given, packages, nix)


def look(given: Path | None, packages: Mapping[str, Sequence[Asked]], nix: Nix) -> Path:
    """Do what ``locate`` does, with a Nix of any age: to know names takes no build."""
    if given is not None and not (given / "lib").is_dir():
        raise ConfigurationError(
            Problem(str(given), "is not a nixpkgs: it has no folder lib", kind="package-set")
        )
    arguments = {
        "names": json.dumps(sorted(packages)),
        "nixpkgs": str(given.resolve()) if given else "",
        "oldest": OLDEST,
    }
    try:
        found = cast("dict[str, object]", nix.evaluate(_LOOK, arguments))
    except EvaluationError as error:
        (problem,) = error.problems
        where = str(given or "<nixpkgs>")
        raise EvaluationError(evolve(problem, where=where, what="cannot be read")) from None
    if not found:
        raise UnusableError(
            Problem(
                None,
                "no nixpkgs was found",
                "the nixpkgs package set takes its packages from <nixpkgs> of NIX_PATH",
                f"give one with --nixpkgs DIR: {_CLONE}",
                kind="package-set",
            )
        )
    path = Path(str(found["path"]))
    if not found["enough"]:
        raise UnusableError(
            Problem(
                str(path),
                f"this nixpkgs is {found['version']}, which is too old",
                f"{OLDEST} or later is needed",
                "give another with --nixpkgs DIR",
                kind="package-set",
            )
        )
    known = cast("list[str]", found["known"])
    missing = cast("list[str]", found["missing"])
    problems = [_missing(name, packages[name], known, str(found["version"])) for name in missing]
    if problems:
        raise ConfigurationError(*problems)
    return path


def _missing(name: str, asked: Sequence[Asked], known: Sequence[str], version: str) -> Problem:
    where = next((one.where for one in asked if one.where), None)
    return Problem(
        where,
        f"nixpkgs ({version}) has no package {name!r}",
        _by(asked),
        suggestion(name, known),
        kind="packages",
    )


def _by(asked: Sequence[Asked]) -> str:
    return f"asked for by {', '.join(dict.fromkeys(one.by for one in asked))}"


def require_nix(nix: Nix) -> None:
    """Raise UnusableError if Nix is too old for nixpkgs, or not there."""
    try:
        version = nix.version()
    except MissingToolError:
        raise _without_nix("Nix is not installed") from None
    match = re.match(r"(\d+)\.(\d+)", version)
    if match is not None and (int(match[1]), int(match[2])) < OLDEST_NIX:
        raise _without_nix(f"Nix {version} is too old for nixpkgs")


def _without_nix(what: str) -> UnusableError:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    oldest = ".".join(map(str, OLDEST_NIX))
    why = (
        f"{oldest} or later is needed: for a board that Debian's packages cannot serve,\n"
        "packages are compiled, or taken from a cache of nixpkgs"
    )
    commands = (*ways_to_nix(release), _CLONE, "liminix-gen build CONFIG --nixpkgs nixpkgs")
    hint = ["get a Nix, and a nixpkgs:", *(f"  {command}" for command in commands)]
    return UnusableError(Problem(None, what, why, "\n".join(hint), kind="package-set"))


def ways_to_nix(release: Mapping[str, str]) -> tuple[str, ...]:
    """Return the commands that install a Nix that is new enough, for what os-release(5) says."""
    is_debian, version = release.get("ID") == "debian", release.get("VERSION_ID", "")
    # Testing has no number.
    if is_debian and not (version.isdecimal() and int(version) < _DEBIAN_WITH_NIX):
        return ("apt install git nix-bin",)
    return (
        *(("apt install curl git xz-utils",) if is_debian else ()),
        "curl -L https://nixos.org/nix/install | sh -s -- --daemon",
        ". /etc/profile.d/nix.sh",
    )
