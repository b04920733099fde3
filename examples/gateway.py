"""A home router: one port to the provider, the rest a LAN with addresses, names and time.

A service is made by `service.TYPE.build(...)`. Giving one service to another, or one of its
outputs, is what orders them; `config.services` says which the image shall hold, and names them.
"""

from liminix_gen import System

config = System(device="qemu-mipsel", hostname="gateway")
# One kernel for whatever this file will say: a service that you add compiles nothing.
config.kernel.modules = "all"
service = config.service
ports = config.hardware.network_interfaces

# --- inside -------------------------------------------------------------------------------------

# A bridge joins ports as a switch does. On a board with more ports, list them all as members.
bridge = service.bridge.primary.build(ifname="int")
config.services["int.ports"] = service.bridge.members.build(primary=bridge, members=[ports["lan"]])

lan = service.network.address.build(
    interface=bridge,
    family="inet",
    address="192.168.19.1",
    prefix_length=24,
)
config.services["lan"] = lan

# --- the filter between -------------------------------------------------------------------------

# What zones of these names may do is known: the LAN reaches the WAN, nobody comes in, and the LAN
# may use what the router offers below. Until the rules are loaded, nothing passes.
config.services["firewall"] = service.firewall.build(
    zones={"lan": [bridge], "wan": [ports["wan"]]},
)
config.services["forward"] = service.network.forward.build()

# --- outside ------------------------------------------------------------------------------------

# This service is up while the provider's DHCP server gives the router an address. Its outputs are
# what the server said.
wan = service.network.dhcp.client.build(interface=ports["wan"])
config.services["wan"] = wan

config.services["default-route"] = service.network.route.build(
    target="default",
    via=wan.output("router"),
    interface=wan,
)

# /etc/resolv.conf: the name servers that the router itself asks.
config.services["resolver"] = service.network.resolver.build(source=wan)

# --- what the router does for the LAN -----------------------------------------------------------

# `resolvconf` is not waited for: the LAN has addresses also while the provider is away.
config.services["dns"] = service.dnsmasq.build(
    interface=lan,
    ranges=["192.168.19.10,192.168.19.250"],
    domain="lan",
    resolvconf=wan,
    hosts={"printer": {"mac": "02:00:00:00:00:05", "v4": "192.168.19.5"}},
)

config.services["ntp"] = service.ntp.build(
    pools={"pool.ntp.org": ["iburst"]},
    allow=["192.168.19.0/24"],
    interface=bridge,
)

# Put your own public key here: nobody has the private half of this one.
key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO1MKft3r4/p8IN9Yy3rfj7EWCPbzzNAZJ7vNAGpv5gQ"
config.services["ssh"] = service.ssh.build(interfaces=[bridge], authorized_keys={"root": [key]})
