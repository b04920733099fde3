"""A router whose switch keeps VLANs apart: one of guests, one of things, and a port that carries all."""

from liminix_gen import System

config = System(device="malta-with-a-switch", hostname="switch")
config.console = "shell"
service = config.service
ports = config.hardware.network_interfaces
lan1, lan2, lan3, lan4 = (ports[f"lan{number}"] for number in (1, 2, 3, 4))

bridge = service.bridge.primary.build(ifname="int")
config.services["ports"] = service.bridge.members.build(
    primary=bridge,
    members=[lan1, lan2, lan3, lan4],
    vlans={
        2: {"untagged": [lan1], "tagged": [lan4]},
        3: {"untagged": [lan2], "tagged": [lan4]},
    },
)
guests = service.vlan.build(ifname="guests", primary=bridge, vid=2)
config.services["guests"] = service.network.address.build(
    interface=guests, family="inet", address="192.168.20.1", prefix_length=24
)
