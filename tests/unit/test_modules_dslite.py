"""DS-Lite: what is refused, and what becomes of the rest. tests/line has it against an AFTR."""

from __future__ import annotations

import pytest

from liminix_gen import Part, Service
from tests.support.services import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def part(service: Service, name: str) -> Part:
    return next(one for one in service.parts() if one.name == name)


@pytest.mark.parametrize(
    "aftr", ["", "192.0.2.1 ", "a b", "$(reboot)", "2001:db8::1%wan", "192.0.2.1", "::"]
)
def test_an_aftr_is_a_name_or_an_address(bench: Bench, aftr: str) -> None:
    message = bench.refused("dslite", interface=bench.link(), aftr=aftr)
    assert "dslite.aftr must be" in message


def test_an_aftr_comes_by_dhcpv6(bench: Bench) -> None:
    client = bench.good("dhcp6.client", interface=bench.link())
    service = bench.good("dslite", interface=bench.link(), aftr=client.output("aftr"))
    assert part(service, "").parameters["aftr"] == client.output("aftr")
    assert part(service, "clamp").parameters["mtu"] == 1460
