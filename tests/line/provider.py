"""The provider of tests/line: a guest of its own, with software that nobody here wrote.

Its port `lan` is the line to the router. Without PPP the line itself is a network with DHCPv6 and
router advertisements; a session of PPP has the same.
"""

from __future__ import annotations

from liminix_gen import System
from tests.line.board import BOARD, LAN_CARD
from tests.support.kernels import with_the_kernel_of_boots

WEB4, WEB6 = "198.51.100.80", "2001:2:0:ffff::80"
USER = "visitor@provider.example"

config = with_the_kernel_of_boots(System(device=BOARD, hostname="provider"))
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
# What is delegated is behind the router: without PPP behind its link-local address.
config.services["delegated"] = service.network.route.build(
    target="2001:2::/48", via="fe80::5054:ff:fe00:2", interface=line
)
config.services["internet"] = service.provider.internet.build(
    interface=line, addresses=[WEB4, WEB6]
)
ADVERTISED = """
interface {ifname} {{
  IgnoreIfMissing on;
  AdvSendAdvert on;
  AdvOtherConfigFlag on;
  MinRtrAdvInterval 30;
  MaxRtrAdvInterval 100;
  prefix {prefix} {{ AdvPreferredLifetime 1800; AdvValidLifetime 3600; }};
}};
"""
config.services["radvd"] = service.provider.radvd.build(
    interface=line,
    configuration=ADVERTISED.format(ifname=LAN_CARD, prefix="2001:2:0:f::/64")
    + ADVERTISED.format(ifname="ppp0", prefix="2001:2:0:e::/64"),
)
DELEGATED = """
option domain-name-servers 2001:2:0:ffff::80;
option domain-name "provider.example";
interface {ifname} {{ allow rapid-commit; }};
host router {{
  duid {duid};
  prefix {prefix} {preferred} {valid};
  address {address} {preferred} {valid};
}};
"""
for key, ifname, network in (("dhcp6", LAN_CARD, "f"), ("dhcp6-ppp", "ppp0", "e")):
    config.services[key] = service.provider.dhcp6.build(
        interface=line,
        ifname=ifname,
        configuration=DELEGATED.format(
            ifname=ifname,
            duid="00:03:00:01:52:54:00:00:00:01",
            prefix="2001:2:0:100::/56",
            # Short, so that a test sees the end of them.
            preferred=60,
            valid=120,
            address=f"2001:2:0:{network}::10",
        ),
    )
config.services["pppoe"] = service.provider.pppoe.build(
    interface=line,
    options="auth\nrequire-chap\nrefuse-eap\nname provider\nlcp-echo-interval 5\n"
    "lcp-echo-failure 3\nms-dns 198.51.100.80\nms-dns 198.51.100.81\n+ipv6\nmtu 1492\nmru 1492\n"
    "noipdefault\n",
    secrets=f'"{USER}" * "a \\"b\\" \\\\c# d" *\n"user@provider.example" * hunter2 *\n',
)
