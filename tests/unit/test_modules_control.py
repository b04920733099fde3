"""ifwait and round_robin: services that another one starts and stops.

tests/runtime has their scripts, tests/boot a link that comes and goes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import pytest

from liminix_gen.errors import ConfigurationError
from liminix_gen.plan.value import Plan
from tests.support.services import Bench
from tests.support.steps import load_plan

START = """\
from liminix_gen import System
config = System(device="qemu-mipsel")
service = config.service
ports = config.hardware.network_interfaces
line = service.network.dhcp.client.build(interface=ports["wan"])
config.services["line"] = line
config.services["route"] = service.network.route.build(
    target="default", via=line.output("router")
)
"""
FOLLOW = 'service.ifwait.build(interface=ports["lan"], state="running", service=line)\n'
DIAL = """\
password = service.secret.file.build(path="/run/password").output("value")
def dial(port, ifname):
    return service.pppoe.build(
        interface=port, ifname=ifname, username="user",
        password=password,
    )
"""


def plan_of(text: str, folder: Path) -> Plan:
    file = folder / "router.py"
    file.write_text(text)
    return load_plan(file)


def refused(text: str, folder: Path) -> str:
    with pytest.raises(ConfigurationError) as error:
        plan_of(text, folder)
    (problem,) = error.value.problems
    return f"{problem.where}: {problem.what} {problem.why}"


def test_a_followed_service_is_not_started_at_boot(tmp_path: Path) -> None:
    plan = plan_of(START + f'config.services["wait"] = {FOLLOW}', tmp_path)
    services = {one.name: one for one in plan.services}
    for name in ("line", "line.daemon", "line.carrier"):
        assert services[name].controlled
    assert "wait" in services["line.daemon"].needs
    # The lease follows its daemon.
    assert "wait" not in services["line"].needs
    assert {"line", "route"} <= plan.controlled
    assert not services["wait"].controlled
    assert services["wait"].parameters["started"] == ("daemon", "carrier")


def test_what_follows_brings_the_service_along(tmp_path: Path) -> None:
    text = START.replace('config.services["line"] = line\n', "").partition("config.services")[0]
    names = {
        one.name for one in plan_of(text + f'config.services["wait"] = {FOLLOW}', tmp_path).services
    }
    assert any(name.startswith("client.wan") for name in names)


def test_only_one_controls_a_service(tmp_path: Path) -> None:
    text = START + f'config.services["a"] = {FOLLOW}config.services["b"] = {FOLLOW}'
    said = refused(text, tmp_path)
    lines = text.splitlines()
    assert f"router.py:{len(lines)}: only one can have the control of" in said
    assert re.search(rf"router\.py:{len(lines) - 1}\b", said.partition("only one")[2])


def test_the_interface_itself_cannot_follow() -> None:
    bench = Bench()
    link = bench.link()
    message = bench.refused("ifwait", interface=link, state="up", service=link)
    assert "is the interface itself" in message


def test_a_service_that_the_interface_needs_cannot_follow(tmp_path: Path) -> None:
    text = (
        START
        + DIAL
        + (
            'line = dial(ports["lan"], "ppp0")\n'
            "inner = service.ipv6.autoconfig.build(interface=line)\n"
            'config.services["wait"] = service.ifwait.build(interface=inner, state="up", service=line)\n'
        )
    )
    assert "dependency cycle" in refused(text, tmp_path)


def test_lines_in_turn_stand_for_what_both_have(tmp_path: Path) -> None:
    text = (
        START.partition("line =")[0]
        + DIAL
        + (
            "both = service.round_robin.build(\n"
            '    services=[dial(ports["wan"], "ppp0"), dial(ports["lan"], "ppp1")]\n'
            ")\n"
            'config.services["both"] = both\n'
            'config.services["route"] = service.network.route.build(\n'
            '    target="default", via=both.output("router")\n'
            ")\n"
        )
    )
    plan = plan_of(text, tmp_path)
    services = {one.name: one for one in plan.services}
    assert services["pppoe.ppp0.daemon"].controlled
    assert "both.control" in services["pppoe.ppp1.clamp"].needs
    assert "both.control" not in services["pppoe.ppp1"].needs
    assert "route" in plan.controlled
    candidates = cast(
        "tuple[dict[str, object], ...]", services["both.control"].parameters["candidates"]
    )
    assert [one["started"] for one in candidates] == [("clamp", "daemon")] * 2


def test_what_is_no_turn() -> None:
    bench = Bench()
    lease = bench.dhcp()
    assert "needs two services or more" in bench.refused("round_robin", services=[lease])
    message = bench.refused("round_robin", services=[lease, lease])
    assert message.startswith("round_robin: services[1]: the network.dhcp.client of ")
    assert message.endswith("is there twice")


def test_a_board_without_a_watchdog(tmp_path: Path) -> None:
    text = START + 'config.services["watchdog"] = service.watchdog.build(watched=[line])\n'
    said = refused(text, tmp_path)
    assert f"router.py:{len(text.splitlines())}: watchdog needs a watchdog, which " in said
    assert "qemu-mipsel does not have its kernel has no WATCHDOG" in said


def test_a_watchdog_orders_nothing(tmp_path: Path) -> None:
    text = START.replace("qemu-mipsel", "qemu-aarch64") + (
        'config.services["watchdog"] = service.watchdog.build(watched=[line])\n'
    )
    plan = plan_of(text, tmp_path)
    (watchdog,) = (one for one in plan.services if one.name == "watchdog")
    assert watchdog.needs == ()
    only = text.replace('config.services["line"] = line\n', "").partition("config.services")[0]
    only += text.splitlines()[-1]
    assert any(one.name.startswith("client.") for one in plan_of(only, tmp_path).services)


def test_one_watchdog_for_a_board(tmp_path: Path) -> None:
    build = "service.watchdog.build(watched=[line])\n"
    text = START.replace("qemu-mipsel", "qemu-aarch64") + (
        f'config.services["a"] = {build}config.services["b"] = {build}'
    )
    assert "only one can have the watchdog" in refused(text, tmp_path)
