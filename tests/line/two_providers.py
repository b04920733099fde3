"""The providers of examples/two-lines.py, in one guest, and the internet behind them.

Its port `lan` is the fibre; the mobile network is in VLAN 40 of its other port.
"""

from __future__ import annotations

from liminix_gen import System
from tests.line.board import BOARD
from tests.support.kernels import with_the_kernel_of_boots

WEB = "198.51.100.80"

config = with_the_kernel_of_boots(System(device=BOARD, hostname="providers"))
config.console = "shell"
service = config.service
ports = config.hardware.network_interfaces
fibre = ports["lan"]
# Three cards are at the router's switch: the visitor's has the address that this one would have.
card = service.network.link.build(like=ports["wan"], mac="52:54:00:00:00:22")
mobile = service.vlan.build(ifname="mobile", primary=card, vid=40)
for name, interface, network in (("fibre", fibre, "203.0.113"), ("mobile", mobile, "192.0.2")):
    address = service.network.address.build(
        interface=interface, family="inet", address=f"{network}.1", prefix_length=24
    )
    config.services[name] = service.dnsmasq.build(
        interface=address, domain=name, ranges=[f"{network}.10,{network}.10,1h"]
    )
config.services["internet"] = service.provider.internet.build(
    interface=fibre, addresses=[WEB, "9.9.9.9", "1.1.1.1"]
)
config.services["weather"] = service.provider.weather.build()
