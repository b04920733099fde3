"""What is true of every service type."""

from __future__ import annotations

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.model.parameter import parameters_of
from liminix_gen.model.service import services_in
from tests.support.services import Bench, another, becomes

CATALOG = Catalog.of()
TYPES = sorted(CATALOG.service_types)
PARAMETERS = [
    (type_, parameter.name)
    for type_ in TYPES
    for parameter in parameters_of(CATALOG.service_type(type_))
    # An address has one family only: see test_modules_network.py.
    if (type_, parameter.name) != ("network.address", "family")
]
ALWAYS: dict[str, dict[str, object]] = {
    "network.resolver": {"nameservers": ["192.0.2.99"]},
}


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
    service = bench.good(type_, **ALWAYS.get(type_, {}) | bench.required(type_))
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
    for name in required:
        rest = {key: value for key, value in required.items() if key != name}
        assert f"lacks the parameter {name!r}" in bench.refused(
            type_, **ALWAYS.get(type_, {}) | rest
        )


@pytest.mark.parametrize(("type_", "name"), PARAMETERS)
def test_every_parameter_has_an_effect(type_: str, name: str) -> None:
    bench = Bench()
    declared = {p.name: p for p in parameters_of(CATALOG.service_type(type_))}
    parameter = declared[name]
    first = ALWAYS.get(type_, {}) | bench.required(type_)
    bench.one_for_each_name = (type_, name) in BESIDE
    for other in BESIDE.get((type_, name), ()):
        first = {**first, other: bench.example(declared[other].type, declared[other].example)}
    second = {**first, name: bench.example(parameter.type, parameter.example)}
    if parameter.required and second[name] == first[name]:
        second = first | {name: another(parameter.type, second[name])}
    without = bench.good(type_, **first)
    changed = bench.good(type_, **second)
    if parameter.inert:
        assert becomes(without) == becomes(changed)
    else:
        assert becomes(without) != becomes(changed)


# Parameters whose example is about that of another one.
BESIDE = {
    **{
        ("firewall", name): ("zones",)
        for name in ("open", "allow", "port_forward", "before", "after")
    },
    ("bridge.members", "vlans"): ("members",),
}
