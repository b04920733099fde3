"""The router of tests/line: a home behind a line with IPv6 alone, or with PPPoE."""

from __future__ import annotations

import os

from liminix_gen import System
from tests.line.board import BOARD
from tests.support.kernels import with_the_kernel_of_boots


def router(line: str) -> System:
    """Describe the router behind a line, "ethernet" or "pppoe"."""
    config = with_the_kernel_of_boots(System(device=BOARD, hostname="router"))
    config.console = "shell"
    config.packages = ["nftables"]  # for the tests to look at the rules
    service = config.service
    wan_port = config.hardware.network_interfaces["wan"]
    lan_port = config.hardware.network_interfaces["lan"]
    wan = wan_port
    if line == "pppoe":
        wan = service.pppoe.build(
            interface=wan_port,
            username=service.secret.file.build(path="/run/username").output("value"),
            password=service.secret.file.build(path="/run/password").output("value"),
            echo_interval=2,
            echo_failures=3,
            bandwidth="200 Mbit/s",
        )
        speed = wan.output("bandwidth")
        config.services["shape"] = service.qos.cake.build(
            interface=wan, upload=speed, download=speed, overhead="pppoe"
        )
        config.services["wan"] = wan
        config.services["default-route"] = service.network.route.build(
            target="default", via=wan.output("router"), interface=wan
        )
    host = service.ipv6.autoconfig.build(interface=wan)
    config.services["wan-host"] = host
    wan6 = service.dhcp6.client.build(interface=host, prefix_length=56)
    config.services["wan6"] = wan6
    config.services["wan6-address"] = service.dhcp6.address.build(client=wan6, interface=wan)
    bridge = service.bridge.primary.build(ifname="br-lan")
    config.services["ports"] = service.bridge.members.build(primary=bridge, members=[lan_port])
    lan = service.network.address.build(
        interface=bridge, family="inet", address="192.168.19.1", prefix_length=24
    )
    config.services["lan6"] = service.dhcp6.prefix.build(client=wan6, interface=bridge, subnet=1)
    config.services["dns"] = service.dnsmasq.build(
        interface=lan,
        domain="lan",
        ipv6="slaac",
        ranges=["192.168.19.100,192.168.19.150,2h"],
        resolvconf=wan6,
    )
    config.services["forward"] = service.network.forward.build()
    config.services["firewall"] = service.firewall.build(zones={"lan": [bridge], "wan": [wan]})
    return config


config = router(os.environ.get("LIMINIX_GEN_TEST_LINE", "ethernet"))
