"""What Nix's errors come to, in words: of an evaluation, and of a build."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from liminix_gen.errors import BuildError, EvaluationError, Problem, Where
from liminix_gen.nix.events import Complaint, Position, Reader, derivation_name
from liminix_gen.process import Completed

_SHOWN_LINES = 30
_SHOWN_PLACES = 3


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


def evaluation_problem(
    complaint: Complaint,
    tree: Path,
    *,
    by: str = "",
    where: Where | None = None,
    whole: bool = False,
) -> Problem:
    """Return the one form of an evaluation error.

    ``where`` is the line of the user's file, and ``by`` what there asks for what failed. ``whole``
    shows every step of the evaluation.
    """
    what, _, more = complaint.text.partition("\n")
    steps = [f"{step.text} ({step.position})" for step in complaint.trace if step.position]
    places = [f"at {place}" for place in dict.fromkeys(places_in(tree, complaint))]
    shown = steps if whole else places[:_SHOWN_PLACES]
    why = [more.strip(), *([f"for {by}"] if by else []), *shown]
    return Problem(
        where=where,
        what=what,
        why="\n".join(filter(None, why)),
        hint="" if whole else "all steps of the evaluation: --show-trace",
    )


def places_in(tree: Path, complaint: Complaint) -> tuple[Position, ...]:
    """Return the places of an error that lie in files of the tree, innermost first."""
    top = tree.resolve()
    return tuple(place for place in complaint.places if Path(place.file).is_relative_to(top))


def build_error(done: Completed, reader: Reader) -> DerivationError:
    """Return what a build that failed comes to."""
    failures = [
        Failure(derivation=path, lines=tuple(reader.tails[path]))
        for path in dict.fromkeys(reader.failures)
    ]
    problems = [_build_problem(failure, reader) for failure in failures]
    others = [Problem(None, one.text) for one in reader.complaints]
    return DerivationError(
        _no_space(reader) or problems or others or [unexplained(done, reader)], failures
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
        hint=f"full log: nix-store --read-log {failure.derivation}",
    )


def _no_space(reader: Reader) -> list[Problem]:
    """Say that the disk is full, if an error or a failed builder says so."""
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
            "the disk is full",
            found[0].split("\n")[0],
            "free some, then run this again: what is built already is kept; "
            "`nix-collect-garbage` removes what no link refers to",
        )
    ]


def unexplained(done: Completed, reader: Reader) -> Problem:
    """Return what there is to say of a failure that Nix does not explain."""
    code = f"{done.command[0]} ended with exit code {done.returncode}"
    return Problem(None, code, "\n".join(reader.foreign), done.shown)
