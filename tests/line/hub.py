"""The other end of tunnels and of a slow line: Debian's programs, for tests to call on its console.

Its port `lan` is the line to the router.
"""

from __future__ import annotations

from liminix_gen import System
from tests.line.board import BOARD
from tests.support.kernels import with_the_kernel_of_boots

config = with_the_kernel_of_boots(System(device=BOARD, hostname="hub"))
config.console = "shell"
config.sysctl["net.ipv6.conf.all.forwarding"] = 1
config.sysctl["net.ipv4.ip_forward"] = 1
service = config.service

line = config.hardware.network_interfaces["lan"]
for key, family, address, length in (
    ("line4", "inet", "203.0.113.1", 24),
    ("line6", "inet6", "2001:2:0:f::1", 64),
):
    config.services[key] = service.network.address.build(
        interface=line, family=family, address=address, prefix_length=length
    )
config.services["internet"] = service.provider.internet.build(
    interface=line,
    addresses=["198.51.100.80", "198.51.100.90", "198.51.100.91", "2001:2:0:ffff::80"],
)
config.services["kit"] = service.provider.kit.build(
    packages=["dnsmasq", "iperf3", "iproute2", "wireguard-tools"],
    modules={
        "act_mirred": "NET_ACT_MIRRED",
        "cls_matchall": "NET_CLS_MATCHALL",
        "ifb": "IFB",
        "ip6_tunnel": "IPV6_TUNNEL",
        "sch_ingress": "NET_SCH_INGRESS",
        "sch_tbf": "NET_SCH_TBF",
        "wireguard": "WIREGUARD",
    },
)
config.services["l2tp"] = service.provider.l2tp.build(
    interface=line,
    options="auth\nrequire-chap\nname provider\nlcp-echo-interval 5\nlcp-echo-failure 3\n"
    "ms-dns 198.51.100.80\n+ipv6\nmtu 1460\nmru 1460\nnoipdefault\nnodefaultroute\n",
    secrets='"branch" * "hunter2" *\n',
)
