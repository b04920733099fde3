"""L2TP: what is refused, and what becomes of the rest. tests/line has it against a server."""

from __future__ import annotations

import pytest

from liminix_gen import Part, Service
from tests.support.services import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def part(service: Service, name: str) -> Part:
    return next(one for one in service.parts() if one.name == name)


def test_a_session_is_as_one_over_ethernet(bench: Bench) -> None:
    l2tp = bench.good("l2tp", **bench.required("l2tp"), mtu=1400)
    pppoe = bench.good("pppoe", **bench.required("pppoe"), mtu=1400, ifname="ppp1")
    assert l2tp.OUTPUTS == pppoe.OUTPUTS
    options = [str(part(one, "daemon").parameters["options"]) for one in (l2tp, pppoe)]
    assert options[0] == options[1].replace("ppp1", "ppp0")
    assert "mtu 1400" in options[0]


@pytest.mark.parametrize(
    "lns",
    [
        "",
        "2001:db8::1",
        "a b",
        "$(reboot)",
        "-x",
        "host\nport = 1701",
        "203.0.113.999",
        "10.1",
    ],
)
def test_a_server_is_a_name_or_an_address(bench: Bench, lns: str) -> None:
    arguments = bench.required("l2tp") | {"lns": lns}
    assert "l2tp.lns must" in bench.refused("l2tp", **arguments)


def test_a_password_is_no_text(bench: Bench) -> None:
    message = bench.refused("l2tp", **bench.required("l2tp") | {"password": "hunter2"})
    assert "must be an output that holds the secret" in message
    assert "hunter2" not in message
