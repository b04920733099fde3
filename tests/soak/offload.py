"""A router whose firewall sends connections past the rules, and little else."""

from liminix_gen import System
from tests.line.board import BOARD
from tests.support.kernels import with_the_kernel_of_boots

config = with_the_kernel_of_boots(System(device=BOARD, hostname="offload"))
config.console = "shell"
config.packages = ["nftables"]  # for the test to switch it off
service = config.service
ports = config.hardware.network_interfaces

lan = service.network.address.build(
    interface=ports["lan"], family="inet", address="192.168.19.1", prefix_length=24
)
wan = service.network.address.build(
    interface=ports["wan"], family="inet", address="203.0.113.2", prefix_length=24
)
config.services["lan"] = lan
config.services["wan"] = wan
config.services["forward"] = service.network.forward.build()
config.services["firewall"] = service.firewall.build(
    zones={"lan": [lan], "wan": [wan]}, offload=True
)
