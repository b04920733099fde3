"""examples/home.py: PPPoE, a delegated prefix, and three networks that are kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.line.board import WAN_CARD

if TYPE_CHECKING:
    from tests.support.beside import Line

WEB = "198.51.100.80"
OUTSIDE = "100.64.0.10"
# Each network's card in the household, and what its addresses begin with.
NETWORKS = {
    "lan": (WAN_CARD, "192.168.19.", "2001:2:0:100:"),
    "guests": ("guests", "192.168.20.", "2001:2:0:101:"),
    "things": ("things", "192.168.30.", "2001:2:0:102:"),
}


def asks(home: Line, name: str) -> int:
    """Ask a web server of the internet from one of the networks; return wget's exit code."""
    card, network, _ = NETWORKS[name]
    home.visitor.check(f"ip -4 route replace {WEB}/32 via {network}1 dev {card}")
    return home.visitor.run(f"timeout 5 wget -q -O - http://{WEB}/cgi-bin/who").status


def test_it_dials_in_when_it_has_the_password(home: Line) -> None:
    home.router.until("services --json | grep -q 'output value of file.ppp'")
    home.router.check("umask 077; mkdir -p /state/secrets; echo hunter2 > /state/secrets/ppp")
    home.router.until("ip -4 route | grep -q '^default dev ppp0'")


@pytest.mark.parametrize("name", NETWORKS)
def test_each_network_has_addresses(home: Line, name: str) -> None:
    card, v4, v6 = NETWORKS[name]
    home.visitor.until(f"ip -4 -o address show dev {card} | grep -q {v4}")
    home.visitor.until(f"ip -6 -o address show dev {card} | grep -v deprecated | grep -q {v6}")


def test_the_internet_is_for_the_lan_and_for_guests(home: Line) -> None:
    assert asks(home, "lan") == 0
    assert asks(home, "guests") == 0
    assert asks(home, "things") != 0


def test_the_router_itself_is_for_the_lan(home: Line) -> None:
    for name, opens in (("lan", True), ("guests", False), ("things", False)):
        network = NETWORKS[name][1]
        said = home.visitor.run(f"sleep 2 | nc -w 3 {network}1 22").text
        assert said.startswith("SSH-2.0-") == opens, name


@pytest.mark.parametrize("name", NETWORKS)
def test_each_network_has_names(home: Line, name: str) -> None:
    network = NETWORKS[name][1]
    assert f"{network}1" in home.visitor.until(f"nslookup home.{name} {network}1")


def test_a_port_leads_to_a_host_of_the_lan(home: Line) -> None:
    home.visitor.check(
        f"ip address add 192.168.19.5/24 dev {WAN_CARD}; mkdir -p /run/www; echo inside > "
        "/run/www/index.html; ip route replace default via 192.168.19.1; "
        "httpd -p 192.168.19.5:443 -h /run/www"
    )
    assert home.provider.until(f"timeout 5 wget -q -O - http://{OUTSIDE}:443/").strip() == "inside"
    assert home.provider.run(f"timeout 3 wget -q -O - http://{OUTSIDE}:80/").status != 0
