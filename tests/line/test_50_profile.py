"""A gateway by its profile: what examples/home.py can it can too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.line import test_30_home as as_at_home

if TYPE_CHECKING:
    from tests.support.beside import Line


def test_it_dials_in_when_it_has_the_password(profile: Line) -> None:
    profile.router.until("services --json | grep -q 'output value of file.password'")
    profile.router.check("umask 077; echo hunter2 > /run/password")
    profile.router.until("ip -4 route | grep -q '^default dev ppp0'")


@pytest.mark.parametrize("name", ["lan", "guests"])
def test_each_network_has_addresses(profile: Line, name: str) -> None:
    as_at_home.test_each_network_has_addresses(profile, name)


def test_both_reach_the_internet_and_the_lan_the_router(profile: Line) -> None:
    assert as_at_home.asks(profile, "lan") == 0
    assert as_at_home.asks(profile, "guests") == 0
    for name, opens in (("lan", True), ("guests", False)):
        network = as_at_home.NETWORKS[name][1]
        said = profile.visitor.run(f"sleep 2 | nc -w 3 {network}1 22").text
        assert said.startswith("SSH-2.0-") == opens, name


def test_each_has_names(profile: Line) -> None:
    assert "192.168.19.1" in profile.visitor.until("nslookup home.lan 192.168.19.1")
    assert "192.168.20.1" in profile.visitor.until("nslookup home.guests.lan 192.168.20.1")


def test_a_port_leads_to_a_host_of_the_lan(profile: Line) -> None:
    as_at_home.test_a_port_leads_to_a_host_of_the_lan(profile)
