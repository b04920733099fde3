"""DS-Lite: the AFTR's name comes by DHCPv6 of dnsmasq; the AFTR is a tunnel of Debian's ip(8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.line.board import LAN_CARD
from tests.line.test_20_pppoe import wait_for_note

if TYPE_CHECKING:
    from tests.support.beside import Beside, Line

NAME = "aftr.example.net"
END = "2001:2:0:f::64"
HOST = "198.51.100.91"
ASK = f"timeout 5 wget -q -O - http://{HOST}/cgi-bin/who"


def encoded(name: str) -> str:
    """Return a name as it is in option 64 (RFC 6334, RFC 1035 section 3.1), in hexadecimal."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return (labels + b"\0").hex(":")


@pytest.fixture(scope="module")
def aftr(tunnels: Line) -> Beside:
    """Have DHCPv6 at the provider, and a name that has no address yet."""
    hub = tunnels.provider
    hub.check(
        f"ip address add {END}/64 dev {LAN_CARD}; "
        f"echo > /run/aftr-names; dnsmasq --port=0 --no-resolv --no-hosts --user=root "
        f"--interface={LAN_CARD} --dhcp-range=2001:2:0:f::100,2001:2:0:f::1ff,64,1h "
        f"--dhcp-option=option6:64,{encoded(NAME)} --dhcp-leasefile=/run/leases6 "
        "--pid-file=/run/dhcp6.pid"
    )
    return hub


def test_it_waits_for_the_name(tunnels: Line, aftr: Beside) -> None:
    router = tunnels.router
    wait_for_note(router, "dslite", f"the AFTR {NAME} has no address", 120)
    wait_for_note(router, "dslite-route", f"the AFTR {NAME} has no address")
    aftr.run("kill $(cat /run/names.pid)")
    aftr.check(
        "dnsmasq --no-resolv --no-hosts --user=root --listen-address=198.51.100.80 "
        f"--bind-interfaces --pid-file=/run/names.pid --host-record={NAME},{END}"
    )
    router.until('services --json | grep -q \'"name": "dslite", .*"ready"\'', 60)
    assert router.check("cat /run/services/outputs/dslite/end") == END
    assert router.note("dslite") == ""


def test_ipv4_goes_through_it(tunnels: Line, aftr: Beside) -> None:
    router, visitor = tunnels.router, tunnels.visitor
    aftr.check(
        f"ip -6 tunnel add aftr mode ipip6 remote 2001:2:0:f::10 local {END} encaplimit none "
        f"dev {LAN_CARD}; ip link set dev aftr up mtu 1460; ip address add 192.0.0.1/32 dev aftr; "
        "ip route replace 192.0.0.2 dev aftr; ip route replace 192.168.19.0/24 dev aftr"
    )
    router.until("ip -4 route | grep -q '^198.51.100.91 dev dslite'")
    assert router.until(ASK).strip() == "[::ffff:192.0.0.2]"
    visitor.until("ip -4 route | grep -q '^default via 192.168.19.1'")
    # It is the AFTR that translates.
    assert visitor.until(ASK).strip().startswith("[::ffff:192.168.19.1")


def test_what_fits(tunnels: Line, aftr: Beside) -> None:
    router = tunnels.router
    assert "mtu 1460" in router.check("ip link show dev dslite")
    assert "clamp-dslite" in router.check("nft list tables")
    # As large as it can be, in both directions; and one that does not fit is told so.
    assert tunnels.visitor.until(f"ping -c 1 -W 5 -s 1432 {HOST}")
    before = int(aftr.check("cat /sys/class/net/aftr/statistics/rx_packets"))
    tunnels.visitor.until(ASK)
    assert int(aftr.check("cat /sys/class/net/aftr/statistics/rx_packets")) > before


def test_ten_restarts_leave_nothing_behind(tunnels: Line, aftr: Beside) -> None:
    assert aftr
    router = tunnels.router
    # What is made again comes last.
    addresses = "ip -o -4 address | cut -d' ' -f2- | sort"
    look = f"ls /sys/class/net; {addresses}; ip -4 route; nft list tables; ls /run"
    ready = "ip -4 route | grep -q '^198.51.100.91 dev dslite'"
    router.until(ready)
    before = router.check(look)
    for _ in range(10):
        router.check("services restart -t 60 dslite", 70)
        router.until(ready)
    router.wait_for(look, lambda _, text: text.strip() == before, 60)
    assert router.until(ASK).strip() == "[::ffff:192.0.0.2]"
    router.check("services stop -t 30 dslite dslite.clamp")
    assert "dslite" not in router.check("ls /sys/class/net; ip -4 route; nft list tables")
    router.check("services start -t 60 dslite dslite-route")
