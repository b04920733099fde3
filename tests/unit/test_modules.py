"""What is true of every service type."""

from __future__ import annotations

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.model.parameter import parameters_of
from liminix_gen.model.service import services_in
from tests.support.services import Bench, becomes

CATALOG = Catalog.of()
TYPES = sorted(CATALOG.service_types)
PARAMETERS = [
    (type_, parameter.name)
    for type_ in TYPES
    for parameter in parameters_of(CATALOG.service_type(type_))
]


def test_the_types_that_are_promised_are_there() -> None:
    assert {
        "base.hostname", "base.klog", "base.loopback", "base.sysctl", "bridge.members",
        "bridge.primary", "dnsmasq", "firewall", "network.address", "network.dhcp.client",
        "network.forward", "network.link", "network.resolver", "network.route", "ntp", "ssh",
        "vlan",
    } <= set(TYPES)  # fmt: skip


@pytest.mark.parametrize("type_", TYPES)
def test_a_type_says_what_it_is(type_: str) -> None:
    cls = CATALOG.service_type(type_)
    assert cls.__doc__
    names = [output.name for output in cls.OUTPUTS]
    assert len(names) == len(set(names))
    for parameter in parameters_of(cls):
        assert parameter.description
        assert parameter.description == parameter.description.strip()
        assert not parameter.description.endswith(".")


@pytest.mark.parametrize("type_", TYPES)
def test_a_type_works_with_what_is_required_alone(type_: str) -> None:
    bench = Bench()
    service = bench.good(type_, **bench.required(type_))
    parts = service.parts()
    assert [part.name for part in parts].count("") == 1
    assert len({part.name for part in parts}) == len(parts)
    folder = CATALOG.service_types[type_]
    for part in parts:
        assert (folder / part.body).is_file()
        for other in (*services_in(dict(part.parameters)), *part.observes):
            assert other is not service


@pytest.mark.parametrize("type_", TYPES)
def test_what_is_required_is_asked_for(type_: str) -> None:
    bench = Bench()
    required = bench.required(type_)
    declared = parameters_of(CATALOG.service_type(type_))
    for name in (parameter.name for parameter in declared if parameter.required):
        rest = {key: value for key, value in required.items() if key != name}
        assert f"lacks the parameter {name!r}" in bench.refused(type_, **rest)


@pytest.mark.parametrize(("type_", "name"), PARAMETERS)
def test_every_parameter_has_an_effect(type_: str, name: str) -> None:
    bench = Bench()
    declared = {p.name: p for p in parameters_of(CATALOG.service_type(type_))}
    first, second = bench.variants(type_, declared[name])
    without = bench.good(type_, **first)
    changed = bench.good(type_, **second)
    if declared[name].inert:
        assert becomes(without) == becomes(changed)
    else:
        assert becomes(without) != becomes(changed)
