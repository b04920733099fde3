"""The story of a run on standard error: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Protocol

from attrs import define, field

from liminix_gen import text
from liminix_gen.errors import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_WORD_WIDTH = 11
_HEARTBEAT_S = 30.0
# A kernel has thousands of objects: they are counted now and then.
_LOOK_S = 3.0
# Of its objects, from when on a compile says itself how long it will take.
_TELLING = 0.05


@define
class Activity:
    """Something that runs now: its name, what it is at, and the last thing it said."""

    name: str
    phase: str = ""
    said: str = ""
    began: float = field(factory=time.monotonic)
    expected_s: float | None = None
    objects: Callable[[], tuple[int, int] | None] = lambda: None
    _counted: tuple[int, int] | None = field(default=None, init=False)
    _looked: float = field(default=-math.inf, init=False)

    def standing(self) -> str:
        """Return how far it is, and as far as that is known, how long it will take."""
        elapsed = time.monotonic() - self.began
        words = [text.seconds(elapsed)]
        left = self.expected_s - elapsed if self.expected_s is not None else None
        if time.monotonic() - self._looked >= _LOOK_S:
            self._looked, self._counted = time.monotonic(), self.objects()
        if (counted := self._counted) is not None:
            done, total = counted
            words.append(f"{done} of {total} objects")
            # What a compile of this machine has taken counts until this one says more.
            if done >= _TELLING * total:
                left = elapsed * (total - done) / done
        if left is not None:
            words.append(f"about {text.seconds(left)} left" if left > 0 else "any moment")
        return ", ".join(words)


class Story(Protocol):
    """Where commands report what happens.

    ``activities`` are what a live display shows, with ``note`` below them. One that ``sums_up``
    has the number of what is done there, and needs no line for each.
    """

    activities: dict[str, Activity]
    note: str
    sums_up: bool

    def step(self, word: str, what: str) -> None:
        """Report a step: one line that stays."""
        ...


class PlainStory:
    """One line for each step, and while nothing ends, one every 30 seconds of what runs."""

    def __init__(self) -> None:
        self.activities: dict[str, Activity] = {}
        self.note = ""
        self.sums_up = False
        self._wrote = time.monotonic()

    def step(self, word: str, what: str) -> None:
        self._wrote = time.monotonic()
        sys.stderr.write(f"{word:<{_WORD_WIDTH}} {printable(what)}\n")
        sys.stderr.flush()

    def beat(self) -> None:
        """Write what runs, if nothing was written for a while."""
        running = tuple(self.activities.values())
        if running and time.monotonic() - self._wrote >= _HEARTBEAT_S:
            # The oldest is what the others wait for.
            first = min(running, key=lambda one: one.began)
            more = f", and {len(running) - 1} more" if len(running) > 1 else ""
            note = f"; {self.note}" if self.note else ""
            what = f"{first.name}: {first.standing()}{more}{note}"
            self.step(first.phase or "building", what)

    @contextmanager
    def beating(self, every_s: float = 1.0) -> Generator[None]:
        """Look again and again whether to write, for as long as the block runs."""
        ended = Event()

        def beat() -> None:
            while not ended.wait(every_s):
                self.beat()

        thread = Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


class LiveStory:
    """Lines that stay, and below them what runs now, with the time it has taken so far."""

    def __init__(self, console: Console) -> None:
        self.activities: dict[str, Activity] = {}
        self.note = ""
        self.sums_up = True
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
            shown.append(f"{activity.phase or 'building':<{_WORD_WIDTH}} ", style="cyan")
            shown.append(f"{activity.name}  {activity.standing()}  ")
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
        plain = PlainStory()
        with plain.beating():
            yield plain
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
