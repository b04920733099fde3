"""Turns what happens on the way from a configuration to images into a story."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define

from liminix_gen import events, text
from liminix_gen.cli.story import Activity, Story
from liminix_gen.events import Event
from liminix_gen.plan.kernel import POLICY

if TYPE_CHECKING:
    from liminix_gen.cli.builds import Builds

_SHOWN = 4


@define
class Narrator:
    """Reports each event of a run."""

    story: Story
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
                if activity := self.story.activities.get(event.derivation):
                    activity.expected_s, activity.objects = event.seconds, event.objects
                for word, what in kernel(event):
                    self.story.step(word, what)
            case _:
                self._builds(event)

    @cached_property
    def _builds(self) -> Builds:
        from liminix_gen.cli.builds import Builds  # noqa: PLC0415  not for an emission

        return Builds(self.story)

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
