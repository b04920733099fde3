"""Fair queues: what a bandwidth is, and what becomes of a line. tests/line has it on a slow one."""

from __future__ import annotations

import pytest

from liminix_gen import values
from tests.support.services import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize(
    ("given", "bits"),
    [
        ("20 Mbit/s", 20_000_000),
        ("20Mbit", 20_000_000),
        ("2.5 Gbit/s", 2_500_000_000),
        ("0.1 Mbit/s", 100_000),
        ("640 kbit/s", 640_000),
        ("8000 bit/s", 8000),
        (50_000_000, 50_000_000),
    ],
)
def test_a_bandwidth(given: object, bits: int) -> None:
    assert values.Bandwidth().convert(given) == bits


@pytest.mark.parametrize(
    "given",
    [
        *("fast", "", "20", "20 MB/s", "20 Mbps", "-1 Mbit/s", "1e3 Mbit/s", "20 mbit/s"),
        *("7 kbit/s", "9999 Gbit/s", 0, -1, 7999, 2.5, True, None),
    ],
)
def test_what_is_no_bandwidth(bench: Bench, given: object) -> None:
    if given is None:
        message = bench.refused("qos.cake", interface=bench.link())
        assert "without upload and download there is nothing to shape" in message
    else:
        message = bench.refused("qos.cake", interface=bench.link(), download=given)
        assert "download must be a speed of 8 kbit/s or more, such as '20 Mbit/s'" in message


def test_one_direction_needs_no_more_than_that(bench: Bench) -> None:
    both = bench.good("qos.cake", interface=bench.link(), upload="1 Mbit/s", download="1 Mbit/s")
    one = bench.good("qos.cake", interface=bench.link(), upload="1 Mbit/s")
    assert [module.name for module in one.needs().kernel_modules] == ["sch_cake"]
    assert "ifb" in {module.name for module in both.needs().kernel_modules}


def test_what_a_line_adds_to_a_packet(bench: Bench) -> None:
    service = bench.good(
        "qos.cake", interface=bench.link(), upload="1 Mbit/s", overhead="atm", nat=False, rtt=300
    )
    (part,) = service.parts()
    assert part.parameters["shape"] == (40, 0, "atm", "diffserv3", "no-nat", 300_000)
    assert "overhead must be one of" in bench.refused(
        "qos.cake", interface=bench.link(), upload="1 Mbit/s", overhead="adsl"
    )


def test_the_speed_of_pppoe_is_one_too(bench: Bench) -> None:
    line = bench.good("pppoe", **bench.required("pppoe"), bandwidth="50 Mbit/s")
    speed = line.output("bandwidth")
    shaped = bench.good("qos.cake", interface=line, upload=speed, download=speed)
    assert shaped.parts()[0].parameters["upload"] == speed


@pytest.mark.parametrize("name", ["ip", "ifname", "dns"])
def test_an_output_that_is_no_speed(bench: Bench, name: str) -> None:
    lease = bench.dhcp()
    message = bench.refused("qos.cake", interface=lease, upload=lease.output(name))
    assert "or an output of a service in bits per second" in message
    assert message.endswith(f"which {name} of the network.dhcp.client of {lease.where} is not")
