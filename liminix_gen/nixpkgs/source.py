"""The nixpkgs that a build takes its packages from: where it is, and whether it will do."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from liminix_gen import process
from liminix_gen.errors import ConfigurationError, EvaluationError, Problem, suggestion
from liminix_gen.model.kernel import Asked

# The release that flake.nix of a tree names; templates/nix/nixpkgs/default.nix has it too.
OLDEST = "26.05"
# lib/minver.nix of nixpkgs.
OLDEST_NIX = (2, 18)

_LOOK = Path(__file__).with_name("look.nix")


class UnusableError(ConfigurationError):
    """There is no nixpkgs, or it or Nix is too old."""


def locate(
    given: Path | None, packages: Mapping[str, Sequence[Asked]], env: Mapping[str, str]
) -> Path:
    """Return the nixpkgs to build from: ``given``, or ``<nixpkgs>`` of Nix's search path.

    ``packages`` are the names that it must have, each with those who ask. Raises
    UnusableError where there is none, or it or Nix is too old, and ConfigurationError where it
    lacks a package.
    """
    require_nix(env)
    return look(given, packages, env)


def look(
    given: Path | None, packages: Mapping[str, Sequence[Asked]], env: Mapping[str, str]
) -> Path:
    """Do what ``locate`` does, with a Nix of any age: to know names takes no build."""
    if given is not None and not (given / "lib").is_dir():
        raise ConfigurationError(Problem(str(given), "is not a nixpkgs: it has no folder lib"))
    arguments = {
        "names": json.dumps(sorted(packages)),
        "nixpkgs": str(given.resolve()) if given else "",
        "oldest": OLDEST,
    }
    words = [word for name, value in arguments.items() for word in ("--argstr", name, value)]
    command = ["nix-instantiate", "--eval", "--strict", "--json", *words, str(_LOOK)]
    done = process.run(command, env=env, check=False)
    if done.returncode != 0:
        raise EvaluationError(
            Problem(str(given or "<nixpkgs>"), "cannot be read", done.stderr.strip(), done.shown)
        )
    found = cast("dict[str, object]", json.loads(done.stdout))
    if not found:
        raise UnusableError(
            Problem(
                None,
                "no nixpkgs was found",
                "the nixpkgs package set takes its packages from <nixpkgs> of NIX_PATH",
                "give one with --nixpkgs DIR",
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
        where, f"nixpkgs ({version}) has no package {name!r}", _by(asked), suggestion(name, known)
    )


def _by(asked: Sequence[Asked]) -> str:
    return f"asked for by {', '.join(dict.fromkeys(one.by for one in asked))}"


def require_nix(env: Mapping[str, str]) -> None:
    """Raise UnusableError where Nix is too old for nixpkgs."""
    said = process.run(["nix-instantiate", "--version"], env=env).stdout
    match = re.search(r"(\d+)\.(\d+)\S*", said)
    if match is None or (int(match[1]), int(match[2])) >= OLDEST_NIX:
        return
    oldest = ".".join(map(str, OLDEST_NIX))
    raise UnusableError(
        Problem(
            None,
            f"Nix {match[0]} is too old for nixpkgs",
            f"{oldest} or later is needed; Debian 13 has one",
            "use a newer Nix",
        )
    )
