"""The story of a run on standard error: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from attrs import define, field

from liminix_gen import text
from liminix_gen.errors import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_WORD_WIDTH = 11


@define
class Activity:
    """Something that runs now: its name, what it is at, and the last thing it said."""

    name: str
    phase: str = ""
    said: str = ""
    began: float = field(factory=time.monotonic)


class Story(Protocol):
    """Where commands report what happens. ``activities`` are what a live display shows."""

    activities: dict[str, Activity]
    note: str

    def step(self, word: str, what: str) -> None:
        """Report a step: one line that stays."""
        ...


class PlainStory:
    """One line for each step."""

    def __init__(self) -> None:
        self.activities: dict[str, Activity] = {}
        self.note = ""

    def step(self, word: str, what: str) -> None:
        sys.stderr.write(f"{word:<{_WORD_WIDTH}} {printable(what)}\n")
        sys.stderr.flush()


class LiveStory:
    """Lines that stay, and below them what runs now, with the time it has taken so far."""

    def __init__(self, console: Console) -> None:
        self.activities: dict[str, Activity] = {}
        self.note = ""
        self._console = console

    def step(self, word: str, what: str) -> None:
        from rich.text import Text  # noqa: PLC0415  only a terminal needs rich

        style = {"failed": "bold red", "warning": "yellow"}.get(word, "green")
        line = Text.assemble((f"{word:<{_WORD_WIDTH}} ", style), printable(what))
        self._console.print(line, soft_wrap=True)

    def now(self) -> Text:
        """Return what runs now, as the display's lower part."""
        from rich.text import Text  # noqa: PLC0415  only a terminal needs rich

        shown = Text()
        for activity in tuple(self.activities.values()):
            elapsed = text.seconds(time.monotonic() - activity.began)
            shown.append(f"{activity.phase or 'building':<{_WORD_WIDTH}} ", style="cyan")
            shown.append(f"{activity.name}  {elapsed}  ")
            shown.append(f"{printable(activity.said[:200])}\n", style="dim")
        if self.note:
            shown.append(printable(self.note), style="dim")
        shown.no_wrap = True
        shown.overflow = "ellipsis"
        return shown


@contextmanager
def story() -> Generator[Story]:
    """Tell a story for as long as the block runs."""
    if not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield PlainStory()
        return
    from rich.console import Console  # noqa: PLC0415  only a terminal needs rich
    from rich.live import Live  # noqa: PLC0415

    console = Console(stderr=True)
    live_story = LiveStory(console)
    with Live(
        console=console,
        get_renderable=live_story.now,
        refresh_per_second=5,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ):
        yield live_story
