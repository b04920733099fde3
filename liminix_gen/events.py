"""What happens on the way from a configuration to images: one stream of events, to one listener."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from attrs import frozen

if TYPE_CHECKING:
    from liminix_gen.nix import events as nix


@frozen(kw_only=True)
class Chosen:
    """A package set was chosen."""

    package_set: str
    reason: str


@frozen(kw_only=True)
class Remarked:
    """Something that the user should know; ``word`` says what kind of thing."""

    word: str
    text: str


@frozen(kw_only=True)
class LockChanged:
    """One entry of a lock changes; ``old`` and ``new`` are versions."""

    kind: Literal["added", "changed", "removed"]
    subject: str
    old: str = ""
    new: str = ""
    reason: str = ""

    def __str__(self) -> str:
        version = " -> ".join(text for text in (self.old, self.new) if text)
        reason = f" ({self.reason})" if self.reason else ""
        return f"{self.kind} {self.subject} {version}{reason}"


@frozen(kw_only=True)
class Locked:
    """The lock covers the plan; ``written``: the file was changed."""

    path: Path
    written: bool


@frozen(kw_only=True)
class Download:
    """A package comes from a mirror; ``done`` of ``total`` are there."""

    name: str
    version: str
    size_bytes: int
    state: Literal["fetching", "fetched", "failed"]
    done: int
    total: int


@frozen(kw_only=True)
class Fetched:
    """All packages are in the store; ``present`` were there before."""

    present: int
    fetched: int
    size_bytes: int
    seconds: float


@frozen(kw_only=True)
class Waiting:
    """Another program has to end first."""

    what: str


@frozen(kw_only=True)
class Sent:
    """So much has gone to a board."""

    size_bytes: int


@frozen(kw_only=True)
class KernelNeeded:
    """A kernel has to be compiled.

    ``seconds`` is what the last one of the board took here. ``others``: the store has kernels of
    the board. ``own`` is what makes this one differ from that of all configurations of the board,
    if ``policy`` is to have one. ``objects`` says how many object files of how many its
    ``derivation`` has compiled so far; None if that cannot be seen.
    """

    device: str
    derivation: str
    seconds: float | None
    others: bool
    policy: str
    own: tuple[str, ...]
    objects: Callable[[], tuple[int, int] | None] = lambda: None


_Own = Chosen | Remarked | LockChanged | Locked | Download | Fetched | Waiting | Sent | KernelNeeded
# As text: an emission meets none of Nix's events, and does not import them.
Event: TypeAlias = "_Own | nix.Event"
Listener: TypeAlias = "Callable[[Event], object]"


def unheard(_event: Event) -> None:
    """Listen to nothing."""
