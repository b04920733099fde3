"""From a configuration to a tree, with its story; what every command but `check` begins with.

Apart from making.py, so that `emit` starts without what only a build needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrs import define

from liminix_gen import workflow
from liminix_gen.cli.options import Common
from liminix_gen.cli.story import Story


@define
class Notices:
    """Tells the notices of the steps before the build; entries added to a lock only as a sum."""

    story: Story
    _added: int = 0

    def __call__(self, notice: str) -> None:
        """Take one notice."""
        if notice.startswith("lock: added "):
            self._added += 1
            self.story.note = f"lock: {self._added} entries added"
            return
        word, _, rest = notice.partition(": ")
        if notice.startswith("package set "):
            word, rest = "package set", notice.removeprefix("package set ")
        self.story.step(word if rest else "", rest or notice)

    def end(self) -> None:
        """Tell the sum."""
        self.story.note = ""
        if self._added:
            entries = "1 entry" if self._added == 1 else f"{self._added} entries"
            self.story.step("lock", f"{entries} added")
            self._added = 0


def prepare(
    config: Path, common: Common, story: Story, *, refresh: Sequence[str] = (), all_: bool = False
) -> workflow.Prepared:
    """Load, plan, lock and render, telling the notices."""
    notices = Notices(story)
    options = common.workflow(notices, refresh=refresh, refresh_all=all_)
    prepared = workflow.prepare(config, options)
    notices.end()
    return prepared
