"""A line with DHCPv6 and router advertisements: WIDE's dhcp6s and radvd at its other end, Linux in the LAN.

The lifetimes of the lease are 60 and 120 seconds; it is renewed after 30.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.line.board import WAN_CARD

if TYPE_CHECKING:
    from tests.support.beside import Beside, Line

# busybox wget of Debian 12 ends by a signal on mipsel if it is given -T.
WEB = "2001:2:0:ffff::80"
LAN = "2001:2:0:101:"
OTHER_LAN = "2001:2:0:201:"
ROUTE = "unreachable 2001:2:0:{}::/56 dev lo"


def addresses(guest: Beside, interface: str) -> str:
    return guest.check(f"ip -6 -o address show dev {interface} scope global")


def delegate(provider: Beside, prefix: str) -> None:
    """Change the prefix that the router is delegated."""
    file = "/run/provider/dhcp6.conf"
    provider.check(f"sed -i 's,prefix [^ ]*,prefix {prefix},' {file}; services restart -t 30 dhcp6")


def wait_for_lan(line: Line, network: str) -> None:
    """Wait until the router and the visitor have an address there that is preferred."""
    shows = f"ip -6 -o address show scope global | grep -v deprecated | grep -q {network}"
    line.router.until(shows)
    line.visitor.until(shows)


def test_the_router_has_an_address_and_a_default_route(ethernet: Line) -> None:
    router = ethernet.router
    router.until(f"ip -6 address show dev {WAN_CARD} | grep -q 2001:2:0:f::10/128")
    # By router advertisement, while packets are forwarded.
    router.until(f"ip -6 -o address show dev {WAN_CARD} | grep -q 2001:2:0:f:5054:ff:fe00:2/64")
    assert router.check("cat /proc/sys/net/ipv6/conf/all/forwarding") == "1"
    route = router.check("ip -6 route show default")
    assert re.search(rf"default via fe80::5054:ff:fe00:1 dev {WAN_CARD} .*expires", route)
    assert router.state("wan6") == "ready"
    outputs = "/run/services/outputs/wan6"
    assert router.check(f"cat {outputs}/prefixes") == "2001:2:0:100::/56 60 120"
    assert router.check(f"cat {outputs}/dns") == WEB
    assert router.check(f"cat {outputs}/domain") == "provider.example"


def test_a_visitor_reaches_the_internet(ethernet: Line) -> None:
    wait_for_lan(ethernet, LAN)
    who = ethernet.visitor.until(f"timeout 5 wget -q -O - http://[{WEB}]/cgi-bin/who")
    assert who.startswith(f"[{LAN}")


def test_what_is_on_no_network_is_unreachable(ethernet: Line) -> None:
    assert ROUTE.format(100) in ethernet.router.check("ip -6 route")
    done = ethernet.visitor.run("ping -6 -c 1 -W 5 2001:2:0:1aa::1")
    assert done.status == 1
    assert "1 packets transmitted, 0 packets received" in done.text


def test_a_renewal_restarts_nothing(ethernet: Line) -> None:
    router = ethernet.router
    acquired = router.check("cat /run/services/outputs/wan6/acquired")
    before = {name: router.pid(name) for name in ("wan6", "lan6", "dns", "wan6.daemon")}
    router.wait_for(
        "cat /run/services/outputs/wan6/acquired", lambda _, text: text.strip() != acquired
    )
    assert before == {name: router.pid(name) for name in before}
    assert ROUTE.format(100) in router.check("ip -6 route")


def test_the_prefix_changes_under_a_running_visitor(ethernet: Line) -> None:
    wait_for_lan(ethernet, LAN)
    delegate(ethernet.provider, "2001:2:0:200::/56")
    wait_for_lan(ethernet, OTHER_LAN)
    # At once, and not when its time is over.
    assert LAN not in addresses(ethernet.router, "br-lan")
    table = ethernet.router.check("ip -6 route")
    assert ROUTE.format(200) in table
    assert ROUTE.format(100) not in table
    old = f"ip -6 -o address show dev {WAN_CARD} | grep {LAN}"
    assert "deprecated" in ethernet.visitor.until(old)
    who = ethernet.visitor.until(f"timeout 5 wget -q -O - http://[{WEB}]/cgi-bin/who")
    assert who.startswith(f"[{OTHER_LAN}")
    ethernet.visitor.wait_for(old, lambda status, _: status == 1, 150)


def test_the_cable_is_pulled_and_leads_elsewhere(ethernet: Line) -> None:
    router = ethernet.router
    wait_for_lan(ethernet, OTHER_LAN)
    router.set_cable(1, plugged=False)
    router.wait_for("true", lambda _status, _text: "no carrier" in router.note("wan6"))
    # The lease only ages.
    assert OTHER_LAN in addresses(router, "br-lan")
    delegate(ethernet.provider, "2001:2:0:100::/56")
    router.set_cable(1, plugged=True)
    wait_for_lan(ethernet, LAN)
    assert OTHER_LAN not in addresses(router, "br-lan")
    assert router.note("wan6") == ""


def test_the_server_dies_and_returns(ethernet: Line) -> None:
    router = ethernet.router
    wait_for_lan(ethernet, LAN)
    ethernet.provider.check("services stop -t 30 dhcp6")
    router.wait_for(
        f"ip -6 -o address show dev br-lan | grep {LAN}", lambda status, _: status == 1, 200
    )
    router.wait_for("true", lambda _status, _text: "the lease is over" in router.note("wan6"), 60)
    assert router.note("lan6") == "no prefix is delegated"
    assert ROUTE.format(100) not in router.check("ip -6 route")
    ethernet.provider.check("services start -t 30 dhcp6")
    wait_for_lan(ethernet, LAN)
    assert router.note("lan6") == ""


def test_the_daemon_is_killed(ethernet: Line) -> None:
    router = ethernet.router
    wait_for_lan(ethernet, LAN)
    count = "ps | grep -c '[d]hcpcd'"
    before = router.check(count)
    router.check(f"kill -KILL {router.pid('wan6.daemon')}")
    router.wait_for("true", lambda _status, _text: router.state("wan6") != "ready", 10)
    # The LAN does not notice.
    assert LAN in addresses(router, "br-lan")
    router.wait_for("true", lambda _status, _text: router.state("wan6") == "ready")
    assert LAN in addresses(router, "br-lan")
    router.wait_for(count, lambda _, text: text.strip() == before, 20)


def test_ten_restarts_leave_nothing_behind(ethernet: Line) -> None:
    router = ethernet.router
    names = "wan-host wan6.daemon wan6-address lan6 dns"
    look = (
        "ip -o address | sed 's/ *valid_lft.*//; s/ dynamic//; s/^[0-9]*: //' | sort; "
        "ip -6 route | sed 's/ *expires.*//; s/ *$//' | sort; nft list tables; "
        "for name in dhcpcd dnsmasq sh; do pidof $name | wc -w; done"
    )
    settled = (
        f"ip -6 route | grep -q '^default' && ip -6 address show dev {WAN_CARD} | grep -q f::10"
    )
    wait_for_lan(ethernet, LAN)
    router.until(settled)
    before = router.check(look)
    for _ in range(10):
        router.check(f"services restart -t 60 {names}", 70)
        router.wait_for("true", lambda _status, _text: router.state("wan6") == "ready")
    wait_for_lan(ethernet, LAN)
    router.until(settled)
    router.wait_for(look, lambda _, text: text.strip() == before, 30)


def test_stopped_it_takes_everything_along(ethernet: Line) -> None:
    router = ethernet.router
    router.check("services stop -t 30 lan6 wan6-address wan6.daemon wan-host")
    text = router.check("ip -6 address; ip -6 route")
    assert "2001:" not in text
    assert "default" not in text
    settings = f"cd /proc/sys/net/ipv6/conf/{WAN_CARD}; cat accept_ra autoconf addr_gen_mode"
    assert router.check(settings).split() == ["0", "0", "0"]
    assert router.run("ps | grep '[d]hcpcd'").text == ""
    router.check("services start -t 60 lan6 wan6-address wan6.daemon wan-host")
    wait_for_lan(ethernet, LAN)
