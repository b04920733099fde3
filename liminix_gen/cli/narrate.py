"""Turns what happens on the way from a configuration to images into a story."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define

from liminix_gen import events, text
from liminix_gen.cli.story import Activity, Story
from liminix_gen.events import Event
from liminix_gen.nix import events as nix
from liminix_gen.nix.events import derivation_name
from liminix_gen.plan.kernel import POLICY

_PHASE = re.compile(r"liminix-gen-phase: (\w+)\s*(.*)")
_WORDS = {
    "unpack": "unpacking",
    "patch": "patching",
    "configure": "configuring",
    "compile": "compiling",
    "install": "installing",
}
_LISTED = 6
_SHOWN = 4


@define
class Narrator:
    """Tells each event of a run."""

    story: Story
    _total: int = 0
    _done: int = 0
    _added: int = 0

    def __call__(self, event: Event) -> None:
        """Take one event."""
        match event:
            case events.Chosen():
                self.story.step("package set", f"{event.package_set} ({event.reason})")
            case events.Remarked(word=word, text=what):
                self.story.note = ""
                self.story.step(word, what)
            case events.Sent(size_bytes=size_bytes):
                self.story.note = f"copying: {text.size(size_bytes)}"
            case events.Waiting(what=what):
                self.story.step("waiting", what)
            case events.LockChanged(kind="added"):
                self._added += 1
            case events.LockChanged():
                self.story.step("lock", str(event))
            case events.Locked():
                self._locked()
            case events.Download():
                self._download(event)
            case events.Fetched():
                self._fetched(event)
            case events.KernelNeeded():
                for word, what in kernel(event):
                    self.story.step(word, what)
            case nix.Evaluated():
                self._evaluated(event)
            case nix.Started(derivation=path):
                self.story.activities[path] = Activity(derivation_name(path))
            case nix.LogLine(derivation=path, text=line):
                self._said(path, line)
            case nix.Finished(derivation=path, seconds=seconds):
                self._done += 1
                self._ended("built", path, seconds, f" [{self._done}/{self._total}]")
            case nix.Failed(derivation=path, seconds=seconds):
                self._ended("failed", path, seconds, "")
            case nix.Fetching(path=path):
                self.story.step("fetching", derivation_name(path))
            case nix.Warned(text=warning):
                self.story.step("warning", warning)
            case nix.Progress(expected=expected):
                self._total = max(self._total, expected)
            case nix.Complaint():
                pass

    def _locked(self) -> None:
        if self._added:
            entries = "1 entry" if self._added == 1 else f"{self._added} entries"
            self.story.step("lock", f"{entries} added")
            self._added = 0

    def _download(self, event: events.Download) -> None:
        if event.state == "fetching":
            self.story.activities[event.name] = Activity(event.name, phase="fetching")
            return
        self.story.activities.pop(event.name, None)
        size = text.size(event.size_bytes)
        what = f"{event.name} {event.version} ({size}) [{event.done}/{event.total}]"
        self.story.step(event.state, what)

    def _fetched(self, event: events.Fetched) -> None:
        if event.fetched:
            what = f"{text.count(event.fetched, 'package')}, {text.size(event.size_bytes)}"
            self.story.step("fetched", f"{what} in {text.seconds(event.seconds)}")
        if event.present:
            self.story.step("cached", text.count(event.present, "package"))

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


def kernel(event: events.KernelNeeded) -> Iterator[tuple[str, str]]:
    """Yield what there is to say of a kernel that has to be compiled."""
    device, own = event.device, event.own
    cost = "some minutes"
    if event.seconds is not None:
        cost = f"about {text.seconds(event.seconds)}, as the last one here"
    if not event.others:
        yield "kernel", f"it has to be compiled: {cost}"
        return
    none = f"none of {device} in the store has these symbols, source and tools"
    yield "kernel", f"{none}: it is compiled, {cost}"
    if event.policy == "referenced":
        yield "hint", f"{POLICY} makes one kernel for every configuration of {device}"
    elif own:
        more = f" and {len(own) - _SHOWN} more" if len(own) > _SHOWN else ""
        names = ", ".join(own[:_SHOWN])
        yield "hint", f"this kernel is specific to this configuration because of: {names}{more}"
