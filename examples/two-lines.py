"""Two lines: fibre at the port to the provider, and a mobile modem for when that is bad.

It is for a board with one port to the provider and one to a switch that knows VLANs. The modem is
at a port of the switch, untagged in VLAN 40.
"""

from liminix_gen import System

config = System(device="qemu-mipsel", hostname="two-lines")
config.kernel.modules = "all"
service = config.service
ports = config.hardware.network_interfaces

# --- the lines, each good as long as one of these addresses answers through it --------------------

fibre = service.network.dhcp.client.build(interface=ports["wan"])
modem = service.vlan.build(ifname="modem", primary=ports["lan"], vid=40)
mobile = service.network.dhcp.client.build(interface=modem)

outside = ["9.9.9.9", "1.1.1.1"]
internet = service.failover.build(
    lines=[
        service.health_check.build(service=fibre, ping=outside, interval=2, restart=False),
        # Seldom: each question is paid for.
        service.health_check.build(service=mobile, ping=outside, interval=30, restart=False),
    ]
)
config.services["fibre"] = fibre
config.services["mobile"] = mobile
config.services["internet"] = internet
config.services["resolver"] = service.network.resolver.build(source=internet)

# --- the LAN --------------------------------------------------------------------------------------

lan = service.network.address.build(
    interface=ports["lan"], family="inet", address="192.168.19.1", prefix_length=24
)
config.services["dns"] = service.dnsmasq.build(
    interface=lan, domain="lan", ranges=["192.168.19.10,192.168.19.250"], resolvconf=internet
)
config.services["firewall"] = service.firewall.build(
    zones={"lan": [ports["lan"]], "wan": [fibre, mobile]}
)
config.services["forward"] = service.network.forward.build(enable_ipv6=False)

key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO1MKft3r4/p8IN9Yy3rfj7EWCPbzzNAZJ7vNAGpv5gQ"
config.services["ssh"] = service.ssh.build(interfaces=[lan], authorized_keys={"root": [key]})
