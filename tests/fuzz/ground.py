"""What every fuzzer stands on: how many inputs, from which seed, and the share that was accepted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from attrs import define, field

# A fuzzer whose inputs are all refused, or all taken, does not get far into what it tests.
LEAST_SHARE, GREATEST_SHARE = 0.2, 0.8

# From here on the share is no accident.
_MANY = 200


@contextmanager
def in_memory() -> Generator[Path]:
    """Give a folder in memory, if there is one: a disk takes ten times as long for small files."""
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as folder:
        yield Path(folder)


def _number(name: str, default: int) -> int:
    return int(os.environ.get(f"LIMINIX_GEN_FUZZ{name}", default))


@define
class Fuzz:
    """One fuzzer's run. ``tell`` keeps a line for the end of the session."""

    name: str
    tell: Callable[[str], object]
    seed: int = field(factory=lambda: _number("_SEED", 1))
    first: int = field(factory=lambda: _number("_FIRST", 0))
    began: float = field(factory=time.monotonic)

    @staticmethod
    def inputs(short: int) -> int:
        """Return how many inputs there are to be, if a short run has so many."""
        return _number("", short)

    def random(self, number: int) -> Random:
        """Return the source of one input: the same in every run of a seed, whatever came before."""
        return Random(f"{self.name} {self.seed} {number}")  # noqa: S311

    def each(self, one: Callable[[Random], bool], *, short: int) -> None:
        """Make and try inputs: ``one`` says whether its input was accepted, and raises at a fault."""
        inputs = self.inputs(short)
        accepted = 0
        for number in range(self.first, self.first + inputs):
            try:
                accepted += one(self.random(number))
            except BaseException as error:
                again = f"LIMINIX_GEN_FUZZ_SEED={self.seed} LIMINIX_GEN_FUZZ_FIRST={number}"
                error.add_note(f"again, with this input first: {again}")
                raise
        self.accepted(accepted, inputs)

    def accepted(
        self,
        accepted: int,
        inputs: int,
        *,
        least: float = LEAST_SHARE,
        greatest: float = GREATEST_SHARE,
    ) -> None:
        """Print how many inputs were accepted; that is wrong when it is outside of the limits."""
        share = accepted / inputs
        took = time.monotonic() - self.began
        self.tell(f"{self.name}: {inputs} inputs, {share:.0%} accepted, {took:.1f} s")
        if inputs >= _MANY:
            assert least <= share <= greatest, f"{share:.1%} of the inputs were accepted"
