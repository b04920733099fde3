"""QEMU's Malta board, with the switch that the kernel makes up (drivers/net/dsa/dsa_loop.c)."""

from collections.abc import Mapping

from attrs import evolve

from liminix_gen import Service, ServiceNamespace

from ..families import switch
from ..qemu_mipsel.device import device as malta

# It says what it is told, and carries no packets. It is behind the first card.
_SWITCH = {**switch.DSA, "NET_DSA_LOOP": "y", "FIXED_PHY": "y", "DYNAMIC_DEBUG": "y"}


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    return switch.ports(service, "lan1", "lan2", "lan3", "lan4")


device = evolve(
    malta,
    description="QEMU malta, with a switch",
    kernel=evolve(malta.kernel, symbols={**malta.kernel.symbols, **_SWITCH}),
    command_line=(*malta.command_line, "dsa_loop.dyndbg=+p"),
    network_interfaces=_network_interfaces,
)
