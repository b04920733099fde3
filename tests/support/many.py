"""A configuration of as many services as are asked for."""

from __future__ import annotations

START = """\
from liminix_gen import System
config = System(device="qemu-mipsel")
service, lan = config.service, config.hardware.network_interfaces["lan"]
"""
# Each on lines of its own, so that each is another asker.
THREE = """\
vlan = service.vlan.build(ifname="v{n}", primary=lan, vid={n} + 1)
address = service.network.address.build(
    interface=vlan, family="inet", address="10.{high}.{low}.1", prefix_length=24)
config.services["dns{n}"] = service.dnsmasq.build(
    interface=address, domain="lan", ranges=["10.{high}.{low}.10,10.{high}.{low}.20"])
"""
ONE = """\
config.services["port{n}"] = service.network.link.build(ifname="p{n}")
"""


def router(count: int) -> str:
    """Return the text of a router with ``count`` services, besides those of every image."""
    threes, ones = divmod(count, 3)
    return START + "".join(
        (
            *(THREE.format(n=n, high=n // 256, low=n % 256) for n in range(threes)),
            *(ONE.format(n=n) for n in range(ones)),
        )
    )
