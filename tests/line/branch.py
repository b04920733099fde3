"""A router that reaches others by tunnels, behind a line with addresses that stay the same."""

from __future__ import annotations

from liminix_gen import System
from tests.line.board import BOARD, SLOW
from tests.line.keys import HUB, HUB6, PHONE
from tests.support.kernels import with_the_kernel_of_boots

config = with_the_kernel_of_boots(System(device=BOARD, hostname="branch"))
config.console = "shell"
config.state = "state"
config.packages = ["iperf3", "wireguard-tools"]  # for the tests to look, and to make a load
service = config.service

wan = config.hardware.network_interfaces["wan"]
lan = config.hardware.network_interfaces["lan"]
for key, family, interface, address, length in (
    ("wan4", "inet", wan, "203.0.113.10", 24),
    ("wan6", "inet6", wan, "2001:2:0:f::10", 64),
):
    config.services[key] = service.network.address.build(
        interface=interface, family=family, address=address, prefix_length=length
    )
config.services["default-route"] = service.network.route.build(
    target="default", via="203.0.113.1", interface=wan
)
config.services["resolver"] = service.network.resolver.build(nameservers=["198.51.100.80"])
inside = service.network.address.build(
    interface=lan, family="inet", address="192.168.19.1", prefix_length=24
)
config.services["dns"] = service.dnsmasq.build(
    interface=inside, domain="lan", ranges=["192.168.19.100,192.168.19.150,2h"]
)

# The router's own key, a preshared key, and a name; a phone that roams.
vpn = service.wireguard.build(
    ifname="vpn",
    listen_port=51820,
    peers={
        "hub": {
            "public_key": HUB.public,
            "preshared_key": service.secret.file.build(path="/run/preshared").output("value"),
            "endpoint": "hub.example.net:51820",
            "allowed": ["10.9.0.1", "fd09::1", "10.77.0.0/16"],
            "keepalive": 5,
        },
        "phone": {"public_key": PHONE.public, "allowed": "10.9.0.7"},
    },
)
# A key that the router was given, an address of IPv6, and no port that stays the same.
vpn6 = service.wireguard.build(
    ifname="vpn6",
    private_key=service.secret.file.build(path="/run/private").output("value"),
    peers={
        "hub": {
            "public_key": HUB6.public,
            "endpoint": "[2001:2:0:f::1]:51821",
            "allowed": ["10.8.0.1", "fd08::1"],
            "keepalive": 5,
        },
    },
)
config.services["vpn"] = vpn
config.services["vpn6"] = vpn6
for key, interface, network4, network6 in (
    ("vpn", vpn, "10.9.0", "fd09:"),
    ("vpn6", vpn6, "10.8.0", "fd08:"),
):
    config.services[f"{key}-inet"] = service.network.address.build(
        interface=interface, family="inet", address=f"{network4}.2", prefix_length=32
    )
    config.services[f"{key}-inet6"] = service.network.address.build(
        interface=interface, family="inet6", address=f"{network6}:2", prefix_length=128
    )

config.services["shape"] = service.qos.cake.build(interface=wan, upload=SLOW, download=SLOW)
# Each leads to one host.
l2tp = service.l2tp.build(
    interface=wan,
    lns="203.0.113.1",
    username="branch",
    password=service.secret.file.build(path="/run/l2tp").output("value"),
    echo_interval=2,
    echo_failures=3,
)
dslite = service.dslite.build(
    interface=wan,
    aftr=service.dhcp6.client.build(interface=wan, prefix=False).output("aftr"),
)
for key, tunnel, target in (
    ("l2tp", l2tp, "198.51.100.90"),
    ("dslite", dslite, "198.51.100.91"),
):
    config.services[key] = tunnel
    config.services[f"{key}-route"] = service.network.route.build(
        target=target, via=tunnel.output("router"), interface=tunnel
    )

config.services["forward"] = service.network.forward.build()
config.services["firewall"] = service.firewall.build(
    zones={
        "lan": [lan, vpn, vpn6],
        "wan": [wan, l2tp],
        "aftr": {"interfaces": [dslite], "like": "wan", "masquerade": False},
    },
    open={"vpn": {"protocol": "udp", "port": 51820}},
)
