"""A computer in the router's LAN: Linux, and how Linux takes router advertisements."""

from __future__ import annotations

from liminix_gen import System
from tests.line.board import BOARD
from tests.support.kernels import with_the_kernel_of_boots

config = with_the_kernel_of_boots(System(device=BOARD, hostname="visitor"))
config.console = "shell"
service = config.service
# Its `wan` port: every guest has the same two cards, and two on a network must differ.
card = config.hardware.network_interfaces["wan"]
config.services["host"] = service.ipv6.autoconfig.build(interface=card)
lease = service.network.dhcp.client.build(interface=card)
config.services["lease"] = lease
config.services["default-route"] = service.network.route.build(
    target="default", via=lease.output("router"), interface=lease
)
