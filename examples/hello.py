"""A router that gives its LAN addresses and names, and lets its owner in by ssh."""

from liminix_gen import System

config = System(device="qemu-mipsel", hostname="hello")
service = config.service

lan = service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet",
    address="192.168.19.1",
    prefix_length=24,
)
config.services["lan"] = lan
