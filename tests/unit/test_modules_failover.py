"""health_check and failover: what is refused, and what they become.

tests/line has them between two providers, tests/runtime the scripts.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from liminix_gen import Service
from liminix_gen.errors import ConfigurationError
from tests.support.services import Bench
from tests.support.steps import load_plan

EXAMPLE = Path("examples/two-lines.py").read_text(encoding="utf-8")


@pytest.fixture
def bench() -> Bench:
    return Bench()


def checked(bench: Bench, service: Service | None = None) -> Service:
    return bench.good("health_check", service=service or bench.dhcp(), ping=["192.0.2.1"])


def mistakes(text: str, folder: Path) -> list[str]:
    """Return what is said of a configuration: line of the file, then the sentence with its reason."""
    file = folder / "router.py"
    file.write_text(text)
    with pytest.raises(ConfigurationError) as error:
        load_plan(file)
    return [
        f"{str(one.where).rpartition(':')[2]}: {one.what} {one.why}" for one in error.value.problems
    ]


def line_with(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def test_without_a_probe_nothing_is_known(bench: Bench) -> None:
    message = bench.refused("health_check", service=bench.dhcp())
    assert message == "health_check: has no probe; give it ping, dns, tcp or a program"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"program": ["check"]}, "'check' is not a program's absolute path"),
        ({"ping": ["example.org"]}, "health_check.ping must be"),
        ({"dns": {"192.0.2.53": "-"}}, "health_check.dns"),
        ({"tcp": {"192.0.2.53": 0}}, "health_check.tcp"),
        ({"ping": [f"192.0.2.{n}" for n in range(17)]}, "asks 17 computers at once"),
    ],
)
def test_what_is_no_probe(bench: Bench, arguments: dict[str, object], said: str) -> None:
    assert said in bench.refused("health_check", service=bench.dhcp(), **arguments)


def test_it_has_the_outputs_of_what_it_checks(bench: Bench) -> None:
    lease = bench.dhcp()
    assert checked(bench, lease).output("router").family == "inet"
    with pytest.raises(ValueError, match="has no output 'rooter'; did you mean router "):
        checked(bench, bench.dhcp()).output("rooter")


def test_a_route_may_refer_to_a_healthy_line(bench: Bench) -> None:
    good = checked(bench)
    route = bench.good("network.route", target="default", via=good.output("router"))
    assert route.parts()[0].parameters["interface"] is good


def test_of_a_wrong_service_nothing_more_is_said(bench: Bench) -> None:
    second = checked(bench)
    wrong = bench.build("network.dhcp.client")
    good = bench.build("health_check", service=wrong, ping="192.0.2.1")
    bench.build("network.route", target="default", via=good.output("router"))
    bench.build("failover", lines=[good, second])
    assert len(bench.messages) == 1


def test_failover_passes_on_what_all_lines_have(bench: Bench) -> None:
    dial = bench.good("pppoe", **bench.required("pppoe"))
    both = bench.good("failover", lines=[checked(bench), checked(bench, dial)])
    names = {output.name for output in both.outputs()}
    assert {"ifname", "router", "dns", "ip", "resolv.conf"} <= names
    assert not names & {"lease", "bandwidth", "peer"}


def fixed(bench: Bench, **more: object) -> dict[str, object]:
    line = {"interface": bench.link(), "family": "inet", "address": "203.0.113.5"}
    return {**line, "prefix_length": 24, **more}


def test_a_line_may_have_a_fixed_address(bench: Bench) -> None:
    line = bench.good("network.address", **fixed(bench, router="203.0.113.1"))
    both = bench.good("failover", lines=[checked(bench, line), checked(bench)])
    assert {output.name for output in both.outputs()} == {"ifname", "router"}
    without = bench.good("network.address", **fixed(bench))
    message = bench.refused("failover", lines=[checked(bench, without), checked(bench)])
    assert "must be a service with the output ifname, router" in message


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"router": "203.0.114.1"}, "router: 203.0.114.1 is not in the network 203.0.113.0/24"),
        ({"router": "fd00::1"}, "network.address.router must be an IPv4 address"),
        ({"router": "0.0.0.0"}, "network.address.router must be an IPv4 address"),  # noqa: S104
        (
            {"family": "inet6", "address": "fd00::5", "prefix_length": 64, "router": "192.0.2.1"},
            "router: is for addresses of IPv4",
        ),
    ],
)
def test_a_router_that_is_not_there(bench: Bench, more: dict[str, object], said: str) -> None:
    assert said in bench.refused("network.address", **fixed(bench, **more))


def test_one_line_is_no_failover(bench: Bench) -> None:
    assert "needs two lines or more" in bench.refused("failover", lines=[checked(bench)])


def test_the_last_line_needs_no_probe_and_others_do(bench: Bench) -> None:
    last = bench.dhcp()
    bench.good("failover", lines=[checked(bench), last])
    message = bench.refused("failover", lines=[last, checked(bench)])
    assert message.startswith("failover: lines[0]: nothing probes the network.dhcp.client of ")


def test_a_line_and_itself(tmp_path: Path) -> None:
    text = EXAMPLE.replace("service=mobile,", "service=fibre,")
    first, second = line_with(text, "interval=2,"), line_with(text, "interval=30,")
    said = mistakes(text, tmp_path)
    assert any(
        re.fullmatch(
            rf"{second}: failover: lines\[1\]: the health_check of .*:{second} is the same line as "
            rf"the health_check of .*:{first} ?",
            one,
        )
        for one in said
    ), said


def test_the_same_metric_twice(tmp_path: Path) -> None:
    text = EXAMPLE + (
        'config.services["more"] = service.network.route.build(\n'
        '    target="default", via=mobile.output("router"), metric=101\n)\n'
    )
    (said,) = mistakes(text, tmp_path)
    assert "only one can have the inet route to default with metric 101" in said
    lines = {line_with(text, "service.failover.build"), line_with(text, 'services["more"]')}
    assert {int(number) for number in re.findall(r"(?:^|\.py:)(\d+)", said)} == lines
