"""Python expressions that a configuration or a module may hold: right ones, wrong ones, hostile ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fuzz.mutation import NUMBERS, TEXTS

if TYPE_CHECKING:
    from random import Random

# What stands before the expressions.
PRELUDE = """\
import enum, http
from liminix_gen import *


class Hostile:
    def _refuse(self, *_, **__):
        raise RuntimeError("refused")

    __repr__ = __str__ = __eq__ = __hash__ = __bool__ = __len__ = __iter__ = _refuse
    __getattr__ = __getitem__ = __call__ = __index__ = __contains__ = __lt__ = _refuse


class Word(str):
    def __str__(self):
        return "another"


class Number(enum.IntEnum):
    SEVEN = 7


class Name(enum.StrEnum):
    LAN = "lan"


class Bad(Exception):
    def __str__(self):
        raise self
"""

_WRONG = (
    "Hostile()",
    "Word('lan')",
    "Number.SEVEN",
    "Name.LAN",
    "http.HTTPStatus.OK",
    "Service()",
    "Service",
    "object()",
    "lambda: 1",
    "(i for i in range(3))",
    "b'bytes'",
    "float('nan')",
    "float('inf')",
    "-0.0",
    "1j",
    "...",
    "{1, 2}",
    "{3: 4}",
    "{'a': Hostile()}",
    "[Hostile()]",
    "[[[[[[[[]]]]]]]]",
    "range(3)",
    "NotImplemented",
    "Part",
    "KernelModule('a')",
    "text_file('/x', 'y')",
    "User(name='u')",
    "PackagePath('busybox', 'bin/sh')",
    "RuntimePath('/run/x')",
    "type('Odd', (), {})()",
)


def wrong(random: Random) -> str:
    """Return an expression that few places accept."""
    if random.random() < 0.5:
        return random.choice(_WRONG)
    return repr(random.choice((*NUMBERS, *TEXTS, None, True, False, [], {}, (), [[]], {"": None})))


def maybe(random: Random, right: str, *, chance: float = 0.05) -> str:
    """Return what is right, or with a chance something else."""
    return wrong(random) if random.random() < chance else right
