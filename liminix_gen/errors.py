"""Every error a user can meet: where, what, why, what to do; and the exit code of each cause.

An error is of a kind: a word that `liminix-gen explain` takes, and a section of docs/errors.md.
"""

from __future__ import annotations

from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

from attrs import evolve, field, frozen

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path


def printable(text: str) -> str:
    r"""Return text as it may go to a terminal: what that would obey, or not show, as escapes.

    Line ends and tabs stay. Escape sequences, C1 controls and marks that turn the direction of text
    around become ``\x1b``, ``\x9b``, ``\u202e``.
    """
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() or one in "\n\t" else one.encode("unicode_escape").decode()
        for one in text.replace("\r\n", "\n")
    )


@frozen
class Where:
    """A line of a file that the user (or a module's author) wrote.

    ``columns`` are where in it, from 0, the argument is that it is about, and where that ends;
    empty if that is not known. Two places in one line are one place.
    """

    path: Path
    line: int
    columns: tuple[int, int] | tuple[()] = field(default=(), eq=False, repr=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@frozen
class Problem:
    """One mistake or failure, in four parts; only `what` is always there.

    `is_quoted` says whether the line of `where` may be shown: it may hold a secret. `kind` is a
    special one; else it is that of its error.
    """

    where: Where | str | None
    what: str
    why: str = ""
    hint: str = ""
    is_quoted: bool = True
    kind: str = field(default="", eq=False)

    def __str__(self) -> str:
        first = f"{self.where}: {self.what}" if self.where is not None else self.what
        hint = "hint: " + self.hint.replace("\n", "\n      ") if self.hint else ""
        lines = [line for text in (self.why, hint) if text for line in text.rstrip().split("\n")]
        return printable("\n".join([first, *(f"  {line}".rstrip() for line in lines)]))


class LiminixGenError(Exception):
    """Base of all errors that are meant for a user; holds one or more problems.

    A plain string stands for a problem without a place.
    """

    exit_code: ClassVar[int] = 1
    kind: ClassVar[str] = ""
    problems: tuple[Problem, ...]

    def __init__(self, *problems: Problem | str) -> None:
        super().__init__(*problems)
        self.problems = tuple(map(self._of_kind, problems))

    def _of_kind(self, problem: Problem | str) -> Problem:
        if isinstance(problem, str):
            return Problem(None, problem, kind=self.kind)
        return problem if problem.kind else evolve(problem, kind=self.kind)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InternalError(LiminixGenError):
    """A fault of liminix-gen, not of the user."""

    exit_code = 1
    kind = "internal"


class ConfigurationError(LiminixGenError):
    """Usage, configuration or machine: something the user can put right. All mistakes at once."""

    exit_code = 2
    kind = "configuration"


class DefinitionError(ConfigurationError):
    """A service type or a board of a user's own is wrong; the line is that of its file."""

    kind = "definition"


class CheckError(LiminixGenError):
    """A check that the user asked for failed (`check`, `emit --check`, `--locked`)."""

    exit_code = 3
    kind = "tree"


class EvaluationError(LiminixGenError):
    """Nix could not evaluate the tree."""

    exit_code = 4
    kind = "evaluation"


class BuildError(LiminixGenError):
    """Nix could not build, or a package could not be fetched."""

    exit_code = 5
    kind = "build"


class RunError(LiminixGenError):
    """A run in QEMU, or a boot test, failed."""

    exit_code = 6
    kind = "run"


class InterruptedRunError(LiminixGenError):
    """The user stopped the run (Ctrl-C, SIGTERM)."""

    exit_code = 130


@contextmanager
def writing(place: Path) -> Generator[None]:
    """Report what the system says against a file at a place that the user named, or below it."""
    try:
        yield
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise ConfigurationError(Problem(str(error.filename or place), what)) from None


def nearest(name: str, names: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """Return the names most like `name`, best first; none when nothing comes near."""
    known = sorted(set(names))
    folded = {one.casefold(): one for one in reversed(known)}
    found = get_close_matches(name.casefold(), folded, n=limit, cutoff=0.6)
    return tuple(folded[one] for one in found)


def suggestion(name: str, names: Iterable[str]) -> str:
    """Return "did you mean a or b?", or the empty string when nothing comes near."""
    found = nearest(name, names)
    return f"did you mean {' or '.join(found)}?" if found else ""


def described(error: BaseException) -> str:
    """Return an exception that was not written for a user as one: its name, and what it says."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001  a class of the user's, whose __str__ may do anything
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
