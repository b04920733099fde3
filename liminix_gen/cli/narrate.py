"""Turns what happens while a tree is fetched and built into a story."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import define, field

from liminix_gen.cli import text
from liminix_gen.cli.story import Activity, Story
from liminix_gen.nix import events
from liminix_gen.nix.build import Evaluated
from liminix_gen.nix.events import derivation_name

if TYPE_CHECKING:
    from liminix_gen.debian.store import FetchEvent

_PHASE = re.compile(r"liminix-gen-phase: (\w+)\s*(.*)")
_WORDS = {
    "unpack": "unpacking",
    "patch": "patching",
    "configure": "configuring",
    "compile": "compiling",
    "install": "installing",
}
_LISTED = 6


def fetching(story: Story, event: FetchEvent) -> None:
    """Tell of a package that comes from the mirror."""
    package = event.package
    match event.state:
        case "fetching":
            story.activities[package.name] = Activity(package.name, phase="fetching")
        case "fetched" | "failed":
            story.activities.pop(package.name, None)
            story.step(
                event.state,
                f"{package.name} {package.version} ({text.size(package.size_bytes)})"
                f" [{event.done}/{event.total}]",
            )


@define
class Building:
    """Tells the events of a build."""

    story: Story
    _total: int = 0
    _done: int = 0
    _fetching: set[str] = field(factory=set[str])

    def __call__(self, event: events.Event | Evaluated) -> None:
        """Take one event."""
        match event:
            case Evaluated():
                self._evaluated(event)
            case events.Started(derivation=path):
                self.story.activities[path] = Activity(derivation_name(path))
            case events.LogLine(derivation=path, text=line):
                self._said(path, line)
            case events.Finished(derivation=path, seconds=seconds):
                self._done += 1
                self._ended("built", path, seconds, f" [{self._done}/{self._total}]")
            case events.Failed(derivation=path, seconds=seconds):
                self._ended("failed", path, seconds, "")
            case events.Fetching(path=path):
                self.story.step("fetching", derivation_name(path))
            case events.Warned(text=warning):
                self.story.step("warning", warning)
            case events.Progress(expected=expected):
                self._total = max(self._total, expected)
            case events.Complaint():
                pass

    def _evaluated(self, event: Evaluated) -> None:
        duration = f"in {text.seconds(event.seconds)}"
        if event.survey is None:
            self.story.step("evaluated", duration)
            return
        self._total = len(event.survey.missing)
        steps = text.count(self._total, "derivation")
        self.story.step("evaluated", f"{duration}, {steps} to build")
        names = sorted(
            {derivation_name(path) for path in event.survey.cached},
            key=lambda name: (".deb" in name, name),
        )
        if names:
            more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
            self.story.step("cached", ", ".join(names[:_LISTED]) + more)

    def _said(self, path: str, line: str) -> None:
        activity = self.story.activities.get(path)
        if match := _PHASE.fullmatch(line):
            word = _WORDS.get(match[1], match[1])
            name = " ".join(filter(None, (derivation_name(path), match[2])))
            self.story.step(word, name)
            if activity:
                activity.phase, activity.said = word, ""
        elif activity:
            activity.said = line

    def _ended(self, word: str, path: str, seconds: float, more: str) -> None:
        self.story.activities.pop(path, None)
        self.story.step(word, f"{derivation_name(path)} in {text.seconds(seconds)}{more}")
