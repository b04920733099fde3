"""Nix's machine-readable log (``--log-format internal-json``) as typed events.

Each line is ``@nix`` and a JSON object: a message, the start or stop of an activity, or a result
of one. The numbers of activities and results are those of Nix's src/libutil/logging.hh.
"""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from attrs import define, field, frozen

_WARNING = 1  # the level of a warning; errors are 0
_KEPT_LINES = 200
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@frozen
class Position:
    """A place in Nix text."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@frozen(kw_only=True)
class Started:
    """A build has begun."""

    derivation: str


@frozen(kw_only=True)
class Finished:
    """A build has succeeded."""

    derivation: str
    seconds: float


@frozen(kw_only=True)
class Failed:
    """A build has failed."""

    derivation: str
    seconds: float


@frozen(kw_only=True)
class LogLine:
    """A line that a builder wrote."""

    derivation: str
    text: str


@frozen(kw_only=True)
class Fetching:
    """A store path is being fetched from a cache."""

    path: str


@frozen(kw_only=True)
class Progress:
    """How many of the builds that Nix knows of by now are done."""

    done: int
    expected: int


@frozen(kw_only=True)
class Warned:
    """Nix warns."""

    text: str


@frozen
class Step:
    """A step of the evaluation that led to an error: what was evaluated, and where."""

    text: str
    position: Position | None


@frozen(kw_only=True)
class Complaint:
    """An error of Nix: its text, its place, and the steps that led there, innermost first."""

    text: str
    position: Position | None = None
    trace: tuple[Step, ...] = ()

    @property
    def places(self) -> tuple[Position, ...]:
        """Where it happened, and what led there, innermost first."""
        places = (self.position, *(step.position for step in self.trace))
        return tuple(place for place in places if place is not None)


@frozen(kw_only=True)
class Survey:
    """Paths of derivations: what a build must make, and what it finds made.

    ``cached`` holds only what something missing, or the user, asks for directly.
    """

    missing: tuple[str, ...]
    cached: tuple[str, ...]


@frozen(kw_only=True)
class Working:
    """Builders work in folders below this one; not if a daemon builds."""

    folder: Path


@frozen(kw_only=True)
class Evaluated:
    """A tree is evaluated: what is in the store already, and what must be built.

    ``survey`` is None if nobody looked: what a cache has, only Nix knows.
    """

    survey: Survey | None
    seconds: float


Event = (
    Started
    | Finished
    | Failed
    | LogLine
    | Fetching
    | Progress
    | Warned
    | Complaint
    | Evaluated
    | Working
)
Listener = Callable[[Event], object]


def derivation_name(path: str) -> str:
    """Return ``linux-6.12`` for ``/nix/store/HASH-linux-6.12.drv``."""
    base = path.rpartition("/")[2].removesuffix(".drv")
    return base.partition("-")[2] or base


@define
class _Build:
    derivation: str
    began: float


@define
class Reader:
    """Turns log lines into events for a listener, and keeps the last lines of each build.

    Nix says that *a* build succeeded or failed by counters, and ends activities in no useful
    order. A build counts as finished when a success is counted while it is the only one, or when
    its activity ends and a success is left; as failed when an error names its derivation.
    """

    listener: Callable[[Event], object] = lambda _: None
    clock: Callable[[], float] = time.monotonic
    tails: dict[str, deque[str]] = field(factory=dict[str, "deque[str]"])
    complaints: list[Complaint] = field(factory=list[Complaint])
    failures: list[str] = field(factory=list[str])
    foreign: deque[str] = field(factory=lambda: deque[str](maxlen=_KEPT_LINES))
    _active: dict[int, _Build] = field(factory=dict[int, _Build])
    _ended: dict[int, _Build] = field(factory=dict[int, _Build])
    _counter: int = -1
    _progress: Progress = Progress(done=0, expected=0)
    _successes: int = 0

    def feed(self, line: str) -> None:
        """Take one line of the log."""
        try:
            prefix, _, text = line.partition(" ")
            record = json.loads(text) if prefix == "@nix" else None
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            self._record(cast("Mapping[str, object]", record))
        elif line.strip():
            self.foreign.append(line)

    def _record(self, record: Mapping[str, object]) -> None:
        activity = _integer(record.get("id"))
        match record.get("action"), record.get("type"), _elements(record.get("fields")):
            case "msg", _, _:
                self._message(record)
            case "start", 105, (str(derivation), *_):  # actBuild
                self._active[activity] = _Build(derivation, self.clock())
                self.tails[derivation] = deque(maxlen=_KEPT_LINES)
                self.listener(Started(derivation=derivation))
            case "start", 108, (str(path), *_):  # actSubstitute
                self.listener(Fetching(path=path))
            case "start", 111, _:  # actBuildWaiting: another process makes the same
                self.listener(Warned(text=_plain(record.get("text"))))
            case "start", 104, _:  # actBuilds
                self._counter = activity
            case "stop", _, _ if activity in self._active:
                self._stop(activity)
            case "result", 101, (str(text), *_) if activity in self._active:  # resBuildLogLine
                derivation = self._active[activity].derivation
                self.tails[derivation].append(text)
                self.listener(LogLine(derivation=derivation, text=text))
            case "result", 105, (int(done), int(expected), *_) if (
                activity == self._counter
            ):  # resProgress
                self._count(done, expected)
            case _:
                pass

    def _message(self, record: Mapping[str, object]) -> None:
        if record.get("level") == _WARNING or "raw_msg" not in record:
            if _integer(record.get("level")) <= _WARNING:
                self.listener(Warned(text=_plain(record.get("msg")).removeprefix("warning: ")))
            return
        complaint = Complaint(
            text=_plain(record["raw_msg"]),
            position=_position(record),
            trace=tuple(_step(step) for step in _elements(record.get("trace"))),
        )
        self.complaints.append(complaint)
        self.listener(complaint)
        for builds in (self._active, self._ended):
            for activity, build in tuple(builds.items()):
                if build.derivation in complaint.text:
                    del builds[activity]
                    self.failures.append(build.derivation)
                    self.listener(Failed(derivation=build.derivation, seconds=self._age(build)))

    def _count(self, done: int, expected: int) -> None:
        progress = Progress(done=done, expected=expected)
        if progress == self._progress:
            return
        self._successes += done - self._progress.done
        self._progress = progress
        self.listener(progress)
        if self._successes and len(self._active) == 1:
            self._stop(next(iter(self._active)))

    def _stop(self, activity: int) -> None:
        build = self._active.pop(activity)
        if self._successes:
            self._successes -= 1
            self.listener(Finished(derivation=build.derivation, seconds=self._age(build)))
        else:  # failed, and the error that says so is still to come; or cancelled
            self._ended[activity] = build

    def _age(self, build: _Build) -> float:
        return self.clock() - build.began


def _elements(value: object) -> tuple[object, ...]:
    return tuple(cast("list[object]", value)) if isinstance(value, list) else ()


def _integer(value: object) -> int:
    return value if isinstance(value, int) else -1


def _plain(value: object) -> str:
    return _COLOUR.sub("", value) if isinstance(value, str) else ""


def _step(value: object) -> Step:
    if not isinstance(value, dict):
        return Step("", None)
    record = cast("Mapping[str, object]", value)
    return Step(_plain(record.get("raw_msg")), _position(record))


def _position(value: object) -> Position | None:
    if not isinstance(value, dict):
        return None
    record = cast("Mapping[str, object]", value)
    match record.get("file"), record.get("line"):
        case str(file), int(line) if line > 0:
            # Nix 2.26 repeats line and column in the name.
            return Position(file.removesuffix(f":{line}:{record.get('column')}"), line)
        case _:
            return None
