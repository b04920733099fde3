"""The board that all guests of tests/line are: the quickest one that this machine has."""

from __future__ import annotations

from liminix_gen import interface_of
from liminix_gen.catalog import Catalog
from liminix_gen.config import System
from tests.support import scope

# Emulated, a router's root of MIPS is up in a tenth of the time that a PC takes.
BOARD = "x86-64" if scope.KVM else "qemu-mipsel"


def card(name: str) -> str:
    """Return the kernel's name of a port of the board."""
    ports = System(device=BOARD).hardware.network_interfaces
    return str(interface_of(ports[name]))


LAN_CARD, WAN_CARD = card("lan"), card("wan")
QEMU = Catalog.of().device(BOARD).qemu
