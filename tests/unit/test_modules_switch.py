"""A switch whose ports are no interfaces: what is refused, and what its program gets."""

from __future__ import annotations

import pytest

from liminix_gen import System
from liminix_gen.errors import ConfigurationError
from tests.support.evaluation import planned
from tests.support.services import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize(
    ("vlans", "why"),
    [
        ({}, "must name a VLAN"),
        ({"1": []}, "must name a port"),
        ({"0": ["1"]}, "a VLAN's number"),
        ({"4095": ["1"]}, "must be a VLAN's number from 1 to 4094, not '4095'"),
        ({"1": ["one"]}, "a port's number"),
        ({"1": ["1", "1t"]}, "names a port twice"),
        ({"1": ["1", "6t"], "2": ["1", "6t"]}, "port 1 is without a t in the VLANs 1 and 2"),
    ],
)
def test_vlans_are_what_a_switch_can_have(bench: Bench, vlans: object, why: str) -> None:
    assert why in bench.refused("switch", vlans=vlans)


@pytest.mark.parametrize("name", ["", "Switch 0", "-x", "a" * 17])
def test_a_switch_has_a_name_as_the_kernel_gives_them(bench: Bench, name: str) -> None:
    message = bench.refused("switch", device=name, vlans={"1": ["0"]})
    assert "switch.device must" in message


def test_its_program_gets_the_vlans_in_their_order(bench: Bench) -> None:
    (part,) = bench.good("switch", vlans={"2": ["0", "6t"], "1": ["1", "6t"]}).parts()
    assert part.parameters == {"device": "switch0", "vlans": ("1=1,6t", "2=0,6t")}


def test_a_board_sets_its_switch_up_before_its_interfaces() -> None:
    config = System(device="gl-mt300n-v2")
    config.services["wan"] = config.hardware.network_interfaces["wan"]
    plan = planned(config)
    needs = {service.name: service.needs for service in plan.services}
    (switch,) = (service for service in plan.services if service.type == "switch")
    (trunk,) = (service for service in plan.services if service.type == "network.link")
    assert switch.name in needs[trunk.name]
    assert trunk.name in needs["wan"]
    assert switch.packages == ("switch-vlans",)
    assert "SWCONFIG" in {symbol.name for symbol in plan.symbols}


def test_it_is_for_a_board_whose_kernel_drives_one() -> None:
    config = System(device="qemu-mipsel")
    config.services["switch"] = config.service.switch.build(vlans={"1": ["1", "6t"]})
    with pytest.raises(ConfigurationError) as error:
        planned(config)
    (problem,) = error.value.problems
    assert (
        problem.what
        == "switch needs a switch that is set up in this way, which qemu-mipsel does not have"
    )
    assert problem.why == "its kernel has no SWCONFIG"
