"""The board that all guests of tests/line are: the quickest one that this machine has.

LIMINIX_GEN_LINE_BOARD names another one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

from liminix_gen import interface_of
from liminix_gen.catalog import Catalog
from liminix_gen.config import System
from tests.support import scope

# Emulated, a router's root of MIPS is up in a tenth of the time that a PC takes.
_QUICKEST = "x86-64" if scope.KVM else "qemu-mipsel"
BOARD = os.environ.get("LIMINIX_GEN_LINE_BOARD", _QUICKEST)


def example(name: str) -> System:
    """Return the configuration of an example, on this board."""
    file = Path(__file__).parents[2] / "examples" / f"{name}.py"
    text = file.read_text(encoding="utf-8").replace('"qemu-mipsel"', f'"{BOARD}"')
    names: dict[str, object] = {}
    exec(compile(text, str(file), "exec"), names)  # noqa: S102  a file of this project
    return cast("System", names["config"])


def card(name: str) -> str:
    """Return the kernel's name of a port of the board."""
    ports = System(device=BOARD).hardware.network_interfaces
    return str(interface_of(ports[name]))


LAN_CARD, WAN_CARD = card("lan"), card("wan")
QEMU = Catalog.of().device(BOARD).qemu
# What a slow line carries, in bit/s. Two processors that emulate three guests forward 20 Mbit/s when they do nothing else.
SLOW = 20_000_000 if scope.KVM else 4_000_000
