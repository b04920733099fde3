"""Evaluates an emitted tree and builds outputs of it, telling a listener what happens."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from liminix_gen import process
from liminix_gen.errors import BuildError, ConfigurationError, EvaluationError, Problem
from liminix_gen.nix import derivation
from liminix_gen.nix.events import Complaint, Event, Position, Reader, derivation_name
from liminix_gen.nix.scratch import Scratch, scratch

_SHOWN_LINES = 30
_GRACE_S = 60.0  # Nix removes what builders have left where it does not build in our folder
_LOG_FORMAT = ("--log-format", "internal-json", "-v")


@frozen(kw_only=True)
class Evaluated:
    """The tree is evaluated: what is in the store already, and what must be built.

    ``survey`` is None where nobody looked: what a cache has, only Nix knows.
    """

    survey: derivation.Survey | None
    seconds: float


Listener = Callable[[Event | Evaluated], object]


@frozen(kw_only=True)
class Failure:
    """A derivation that failed to build, and the last lines its builder wrote."""

    derivation: str
    lines: tuple[str, ...]

    @property
    def name(self) -> str:
        """The derivation's name."""
        return derivation_name(self.derivation)


class ExpressionError(EvaluationError):
    """Nix could not evaluate the tree; ``complaints`` are what it said, in its own order."""

    def __init__(self, problems: Sequence[Problem], complaints: Sequence[Complaint]) -> None:
        super().__init__(*problems)
        self.complaints = tuple(complaints)


class DerivationError(BuildError):
    """Derivations failed to build."""

    def __init__(self, problems: Sequence[Problem], failures: Sequence[Failure]) -> None:
        super().__init__(*problems)
        self.failures = tuple(failures)


@frozen(kw_only=True)
class Built:
    """An output that was built: where it lies, and the link to its store path."""

    name: str
    path: Path
    link: Path


def build(
    tree: Path,
    outputs: Sequence[str],
    *,
    link: Path,
    env: Mapping[str, str],
    nixpkgs: Path | None = None,
    listener: Listener = lambda _: None,
) -> tuple[Built, ...]:
    """Build ``outputs`` of the tree and make ``link`` (and ``link-2``...) point to them.

    ``env`` is the whole environment of Nix, ``nixpkgs`` what a tree for that package set is given.
    The links keep the outputs from Nix's garbage collector, and change only when everything is
    built. Raises ExpressionError, DerivationError.
    """
    links = [
        link if n == 0 else link.with_name(f"{link.name}-{n + 1}") for n in range(len(outputs))
    ]
    for one in links:
        _refuse_foreign(one)
    with scratch() as place:
        derivations = _instantiate(
            tree,
            outputs,
            root=place.folder / "drv",
            env=env,
            nixpkgs=nixpkgs,
            listener=listener,
        )
        paths = _realise(derivations, link, place, env, listener)
    return tuple(
        Built(name=name, path=derivation.physical(path, env), link=link)
        for name, path, link in zip(outputs, paths, links, strict=True)
    )


def _refuse_foreign(link: Path) -> None:
    """Refuse what Nix would refuse after an hour of building."""
    if (link.exists() or link.is_symlink()) and not link.is_symlink():
        raise ConfigurationError(
            Problem(
                str(link),
                "is in the way: the link to what is built belongs there",
                hint="move it away, or choose another name with --out-link",
            )
        )
    if not link.parent.is_dir():
        raise ConfigurationError(Problem(str(link.parent), "is not a folder"))


def _instantiate(
    tree: Path,
    outputs: Sequence[str],
    *,
    root: Path,
    env: Mapping[str, str],
    nixpkgs: Path | None,
    listener: Listener,
) -> tuple[str, ...]:
    """Return the derivations; ``root`` keeps them from the garbage collector."""
    reader = Reader(listener)
    attributes = [word for output in outputs for word in ("-A", f"outputs.{output}")]
    root_options = ("--add-root", str(root))
    given = ("--argstr", "nixpkgs", str(nixpkgs)) if nixpkgs else ()
    command = ["nix-instantiate", *_LOG_FORMAT, "--show-trace", *root_options, *given, *attributes]
    done = process.run([*command, str(tree)], env=env, check=False, on_stderr=reader.feed)
    if done.returncode != 0:
        problems = [_evaluation_problem(one, tree) for one in reader.complaints]
        raise ExpressionError(problems or [_unexplained(done, reader)], reader.complaints)
    derivations = tuple(str(Path(line).readlink()) for line in done.stdout.split())
    survey = None if nixpkgs else derivation.survey(derivations, env)
    listener(Evaluated(survey=survey, seconds=done.seconds))
    return derivations


def _evaluation_problem(complaint: Complaint, tree: Path) -> Problem:
    what, _, more = complaint.text.partition("\n")
    ours = places_in(tree, complaint)
    steps = "".join(f"\nreached from {place}" for place in dict.fromkeys(ours[1:6]))
    where = next(iter((*ours, *complaint.places)), tree)
    return Problem(where=str(where), what=what, why=f"{more.strip()}{steps}".strip())


def places_in(tree: Path, complaint: Complaint) -> tuple[Position, ...]:
    """Return the places of an error that lie in files of the tree, innermost first."""
    top = tree.resolve()
    return tuple(place for place in complaint.places if Path(place.file).is_relative_to(top))


def _realise(
    derivations: Sequence[str],
    link: Path,
    place: Scratch,
    env: Mapping[str, str],
    listener: Listener,
) -> tuple[str, ...]:
    reader = Reader(listener)
    command = ["nix-build", *_LOG_FORMAT, "-o", str(link), *derivations]
    done = process.run(
        command,
        env={**env, "TMPDIR": str(place.builds)},
        check=False,
        on_stderr=reader.feed,
        grace_s=_GRACE_S,
        before_stop=place.let_go,
    )
    if done.returncode == 0:
        return tuple(done.stdout.split())
    failures = [
        Failure(derivation=path, lines=tuple(reader.tails[path]))
        for path in dict.fromkeys(reader.failures)
    ]
    problems = [_build_problem(failure, reader) for failure in failures]
    others = [Problem(None, one.text) for one in reader.complaints]
    raise DerivationError(
        _no_space(reader) or problems or others or [_unexplained(done, reader)], failures
    )


def _build_problem(failure: Failure, reader: Reader) -> Problem:
    reason = next(
        (one.text for one in reader.complaints if failure.derivation in one.text), ""
    ).replace(failure.derivation, failure.name)
    tail = "\n".join(failure.lines[-_SHOWN_LINES:])
    return Problem(
        where=None,
        what=f"{failure.name} failed to build",
        why=f"{reason}\n{'its last lines:' if tail else 'it wrote nothing'}\n{tail}".strip(),
        hint=f"all of its log: nix-store --read-log {failure.derivation}",
    )


def _no_space(reader: Reader) -> list[Problem]:
    """Say that the disk is full, where an error or a failed builder says so."""
    full = os.strerror(errno.ENOSPC)
    texts = [one.text for one in reader.complaints]
    texts += [line for path in reader.failures for line in reader.tails[path]]
    # The second is what SQLite says, of the database of the store.
    found = [text for text in texts if full in text or "disk is full" in text]
    if not found:
        return []
    return [
        Problem(
            None,
            "there is no space left on the disk",
            found[0].split("\n")[0],
            "free some, then run this again: what is built already is kept; "
            "`nix-collect-garbage` removes what no link refers to",
        )
    ]


def _unexplained(done: process.Completed, reader: Reader) -> Problem:
    code = f"{done.command[0]} ended with exit code {done.returncode}"
    return Problem(None, code, "\n".join(reader.foreign), done.shown)
