"""What the command line says of a run, besides the configuration."""

from __future__ import annotations

from pathlib import Path

from attrs import field, frozen

from liminix_gen.events import Listener, unheard
from liminix_gen.package_set import Choices
from liminix_gen.package_sets import AUTO


@frozen(kw_only=True)
class Options:
    """What the steps want to know; ``listen`` hears what happens.

    A ``thin`` tree leaves what is the project's to its flake. ``whole_trace`` shows every step of
    an evaluation that fails.
    """

    modules: tuple[Path, ...] = ()
    devices: tuple[Path, ...] = ()
    outputs: tuple[Path, ...] = ()
    package_set: str = AUTO
    choices: Choices = field(factory=Choices)
    thin: bool = False
    whole_trace: bool = False
    listen: Listener = unheard
