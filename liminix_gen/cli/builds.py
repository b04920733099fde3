"""Turns what Nix does into a story."""

from __future__ import annotations

import re

from attrs import define

from liminix_gen import text
from liminix_gen.cli.story import Activity, Story
from liminix_gen.nix import events as nix
from liminix_gen.nix.events import derivation_name

_PHASE = re.compile(r"liminix-gen-phase: (\w+)\s*(.*)")
_WORDS = {
    "unpack": "unpacking",
    "patch": "patching",
    "configure": "configuring",
    "compile": "compiling",
    "install": "installing",
}
_LISTED = 6
_WORTH_A_LINE_S = 5.0


@define
class Builds:
    """The builds of a run: how many there are, and what they do."""

    story: Story
    _total: int = 0
    _done: int = 0

    def __call__(self, event: nix.Event) -> None:
        """Take one event."""
        match event:
            case nix.Evaluated():
                self._evaluated(event)
            case nix.Started(derivation=path):
                self.story.activities[path] = Activity(derivation_name(path))
            case nix.LogLine(derivation=path, text=line):
                self._said(path, line)
            case nix.Finished(derivation=path, seconds=seconds):
                self._done += 1
                if self.story.sums_up and seconds < _WORTH_A_LINE_S:
                    self.story.activities.pop(path, None)
                else:
                    self._ended("built", path, seconds, f" [{self._done}/{self._total}]")
                self.story.note = f"{self._done} of {self._total} built"
            case nix.Failed(derivation=path, seconds=seconds):
                self._ended("failed", path, seconds, "")
            case nix.Fetching(path=path):
                self.story.step("fetching", derivation_name(path))
            case nix.Warned(text=warning):
                self.story.step("warning", warning)
            case nix.Progress(expected=expected):
                self._total = max(self._total, expected)
            case nix.Complaint() | nix.Working():
                pass

    def _evaluated(self, event: nix.Evaluated) -> None:
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
