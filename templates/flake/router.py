"""A router that gives its LAN addresses and names, and lets its owner in by ssh."""

from liminix_gen import System

# The board: `liminix-gen devices` lists them. qemu-mipsel runs on this machine, in QEMU.
config = System(device="qemu-mipsel", hostname="router")
service = config.service  # every service type by name: `liminix-gen services` lists them

# An address on the port that the board calls lan.
lan = service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet",
    address="192.168.19.1",
    prefix_length=24,
)

# What stands in config.services is in the image, with all that it refers to. Nothing else is.
config.services["lan"] = lan

# Addresses by DHCP and names by DNS for the LAN.
config.services["dns"] = service.dnsmasq.build(
    interface=lan,
    ranges=["192.168.19.10,192.168.19.250"],
    domain="lan",
)

# Your way in, by key only: put your own key here (a line of ~/.ssh/id_ed25519.pub).
# config.services["ssh"] = service.ssh.build(authorized_keys={"root": ["ssh-ed25519 AAAA... you"]})

# A kernel symbol that you want besides those of the services:
# config.kernel.config["IKCONFIG"] = "y"
