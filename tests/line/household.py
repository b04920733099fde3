"""What is at the LAN port of a home: a host in each of its networks, all in one guest."""

from __future__ import annotations

from liminix_gen import System
from tests.line.board import BOARD
from tests.support.kernels import with_the_kernel_of_boots

config = with_the_kernel_of_boots(System(device=BOARD, hostname="household"))
config.console = "shell"
service = config.service
# As in visitor.py: two cards on a network must differ.
card = config.hardware.network_interfaces["wan"]
networks = {
    "lan": card,
    "guests": service.vlan.build(ifname="guests", primary=card, vid=20),
    "things": service.vlan.build(ifname="things", primary=card, vid=30),
}
for name, interface in networks.items():
    config.services[f"{name}6"] = service.ipv6.autoconfig.build(interface=interface)
    config.services[name] = service.network.dhcp.client.build(interface=interface)
