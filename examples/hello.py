"""A router that gives its LAN addresses and names, and lets its owner in by ssh."""

from liminix_gen import System

config = System(device="qemu-mipsel", hostname="hello")
service = config.service

# The router's own address on the LAN. `config.hardware` is what the board has.
lan = service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet",
    address="192.168.19.1",
    prefix_length=24,
)
config.services["lan"] = lan

# DHCP and DNS for whoever is plugged in.
config.services["dns"] = service.dnsmasq.build(
    interface=lan,
    ranges=["192.168.19.10,192.168.19.250"],
    domain="lan",
)

# Put your own public key here: nobody has the private half of this one.
key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO1MKft3r4/p8IN9Yy3rfj7EWCPbzzNAZJ7vNAGpv5gQ"
config.services["ssh"] = service.ssh.build(interfaces=[lan], authorized_keys={"root": [key]})
