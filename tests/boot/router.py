"""The one configuration that the boot tests run on each device: every service type is in it."""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from typing import cast

from liminix_gen import RuntimePath, Service, System, User, text_file
from tests.support import nft_statements
from tests.support.kernels import with_the_kernel_of_boots

HERE = Path(__file__).parent
EXAMPLES = HERE.parent.parent / "examples"
KEY = (HERE.parent / "support" / "test_only_ssh_key.pub").read_text(encoding="utf-8").strip()

# Of the ports that keep the names that their drivers gave them.
WAN_MAC = "02:00:00:00:00:05"
WAN_NAMES = {"x86-64": "eth1"}


def router(device: str) -> System:
    """Describe the router that tests/support/router.py knows the surroundings of."""
    # tests/storage boots this kernel from other roots and in other ways.
    config = with_the_kernel_of_boots(System(device=device, hostname="router"))
    config.console = "shell"
    config.state = "state"
    hash_ = RuntimePath("/state/keeper-hash")
    config.users["keeper"] = User(name="keeper", home="/home/keeper", password_hash=hash_)
    published = config.service.secret.file.build(path="/run/helper-hash").output("value")
    config.users["helper"] = User(name="helper", password_hash=published)
    config.packages = ["nftables"]  # for the tests to look at the rules
    config.sysctl["net.ipv4.tcp_syncookies"] = "2"
    config.sysctl["net.netfilter.nf_conntrack_max"] = 4096
    config.sysctl["net.ipv4.conf.guests.forwarding"] = 0
    config.sysctl["net.ipv6.conf.guests.accept_ra"] = 2
    service = config.service
    lan_port = config.hardware.network_interfaces["lan"]
    # As if the provider knew another router.
    wan_port = service.network.link.build(
        like=config.hardware.network_interfaces["wan"], mac=WAN_MAC
    )
    # The kernel's name of it is another one, until its service has begun.
    config.sysctl[f"net.ipv6.conf.{WAN_NAMES.get(device, 'wan')}.accept_ra"] = 2

    bridge = service.bridge.primary.build(ifname="br-lan")
    config.services["ports"] = service.bridge.members.build(
        primary=bridge, members=[lan_port], vlans={"30": {"tagged": [lan_port]}}
    )
    things = service.vlan.build(ifname="things", primary=bridge, vid=30)
    config.services["things"] = service.network.address.build(
        interface=things, family="inet", address="10.30.0.1", prefix_length=24
    )
    lan = service.network.address.build(
        interface=bridge, family="inet", address="192.168.19.1", prefix_length=24
    )
    config.services["lan"] = lan

    wan = service.network.dhcp.client.build(interface=wan_port)
    config.services["wan"] = wan
    config.services["default-route"] = service.network.route.build(
        target="default", via=wan.output("router"), interface=wan, metric=50
    )
    config.services["resolver"] = service.network.resolver.build(
        source=wan, nameservers=["198.51.100.53"]
    )
    # Nobody's, and no bogons (RFC 5180).
    for name, interface, address in (
        ("lan6", bridge, "2001:2:0:1::1"),
        ("wan6", wan_port, "2001:2:0:2::1"),
    ):
        config.services[name] = service.network.address.build(
            interface=interface, family="inet6", address=address, prefix_length=64
        )
    config.services["forward"] = service.network.forward.build()

    guests = service.vlan.build(
        ifname="guests", primary=wan_port, vid=7, egress_qos={"0": 3}, ingress_qos={"5": 6}
    )
    config.services["guests"] = service.network.address.build(
        interface=guests, family="inet", address="10.7.0.1", prefix_length=24
    )
    config.services["office-route"] = service.network.route.build(
        target="10.8.0.0/16", via="10.7.0.2", interface=guests
    )

    config.services["dns"] = service.dnsmasq.build(
        interface=lan,
        resolvconf=wan,
        ranges=["192.168.19.100,192.168.19.150,2h"],
        domain="lan",
        hosts={"printer": {"mac": "52:54:00:00:01:05", "v4": "192.168.19.5"}},
        addresses={"cloud.example.net": "192.168.19.5"},
        cnames={"scanner.lan": "printer.lan"},
        block_list="0.0.0.0 ads.example.org\n",
        # The addresses of the world here are those of documentation, which count as private.
        rebind_domains=["example.net", "www.example.org"],
    )
    # 7007 is open, and nobody listens there. The others lead to a host of the lan.
    config.services["firewall"] = service.firewall.build(
        zones={"lan": [bridge], "wan": [wan_port], "things": [things]},
        open={"probe": {"port": 7007}, "pages": {"from": "lan", "port": [80, 9100]}},
        port_forward={"printer": {"port": 7080, "to": "192.168.19.5", "to_port": 80}},
        offload=True,
        extra_rules={
            "forward-allowed-ip6": {"rules": ["tcp dport 7443 accept"]},
            # These are for the kernel alone.
            **nft_statements.entries(),
        },
    )
    config.services["ssh"] = service.ssh.build(interfaces=[bridge], authorized_keys={"root": [KEY]})
    # The module of the vlan, which has a loader of its own.
    config.services["driver"] = service.driver.build(modules={"8021q": {"VLAN_8021Q": "m"}})
    config.services["time"] = service.ntp.build(
        servers={"198.51.100.123": ["iburst"]},
        pools={"clock.example.org": ["iburst"]},
        allow=["192.168.19.0/24", "2001:2:0:1::/64", "fe80::/10"],
        interface=bridge,
    )

    config.services["metrics"] = service.metrics.build(interfaces=[bridge])
    config.services["status"] = service.status.build(interfaces=[bridge])

    # In Fennel; what it follows comes and goes.
    config.services["follower"] = service.test.follower.build(value=wan.output("router"))

    add_followers(config, wan_port)

    # A diamond: `bottom` needs both sides, and these need `top`.
    top = service.test.longrun.build()
    sides = [service.test.oneshot.build(dependencies=[top]) for _ in range(2)]
    config.services["top"] = top
    config.services["left"], config.services["right"] = sides
    config.services["bottom"] = service.test.oneshot.build(dependencies=sides)

    # Not started at boot, and fails until the file is there.
    fragile = service.test.oneshot.build(controlled=True, requires="/run/test/repaired")
    config.services["fragile"] = fragile
    config.services["above-fragile"] = service.test.oneshot.build(dependencies=[fragile])
    return config


def add_followers(config: System, wan_port: Service) -> None:
    """Add services that another one starts, or stands in for."""
    service = config.service
    followed = service.test.oneshot.build()
    config.services["followed"] = followed
    config.services["follower-of-wan"] = service.ifwait.build(
        interface=wan_port, state="running", service=followed
    )
    for name in ("one", "other", "patient"):
        config.services[name] = service.test.longrun.build()
    config.services["either"] = service.round_robin.build(
        services=[config.services["one"], config.services["other"]], patience=20
    )
    config.files["/etc/look"] = text_file(
        "/etc/look", "#!/bin/sh\n[ ! -e /run/ill ]\n", mode="0755"
    )
    config.services["well"] = service.health_check.build(
        service=config.services["patient"], program=["/etc/look"], interval=2, threshold=1
    )
    if "WATCHDOG" in config.device.kernel.symbols:
        config.services["watchdog"] = service.watchdog.build(watched=[config.services["ssh"]])


def example(name: str) -> System:
    """Return an example, for the kernel that all boots here have."""
    config = cast("System", runpy.run_path(str(EXAMPLES / f"{name}.py"))["config"])
    return with_the_kernel_of_boots(config)


# One file, and one lock, for all devices and for the examples.
if (name := os.environ.get("LIMINIX_GEN_TEST_EXAMPLE")) is not None:
    config = example(name)
else:
    config = router(os.environ.get("LIMINIX_GEN_TEST_DEVICE", "qemu-mipsel"))
