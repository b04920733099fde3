"""Every parameter of every service type reaches the derivation of its instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.model import base
from liminix_gen.model.parameter import parameters_of
from tests.support.evaluation import NIX, evaluate_services, rendered
from tests.support.services import BESIDE, Bench
from tests.unit.test_modules import TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from liminix_gen import Service
    from liminix_gen.model.parameter import Parameter

# Those of every image cannot be there twice.
PARAMETERS = [
    (type_, parameter)
    for type_ in TYPES
    if type_ not in base.SERVICES.values()
    for parameter in parameters_of(Catalog.of().service_type(type_))
    # A device has one key, so that all are alike.
    if (type_, parameter.name) != ("secret.sealed", "key")
]


# What others may ask of the service when the image is made, and nothing on the device.
CLAIMED = {("network.link", "bands")}


def words(type_: str, parameter: Parameter) -> str:
    return f"{type_}.{parameter.name}"


def write_system(bench: Bench, service: Service, folder: Path) -> None:
    bench.put(service)
    folder.mkdir()
    # The set that also has firmware.
    (folder / "system.nix").write_bytes(rendered(bench.system, "nixpkgs")["system.nix"])
    (folder / "modules").symlink_to(bench.system.catalog.module_folders[0])
    (folder / "lib").symlink_to(NIX / "lib")


@pytest.fixture(scope="module")
def derivations(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, str]]:
    """The services of all variants by name; one call of nix-instantiate."""
    folder = tmp_path_factory.mktemp("systems")
    for type_, parameter in PARAMETERS:
        bench = Bench(type_, parameter.name)
        for when, arguments in zip(
            ("before", "after"), bench.variants(type_, parameter), strict=True
        ):
            service = bench.good(type_, **arguments)
            write_system(bench, service, folder / f"{words(type_, parameter)}-{when}")
    return evaluate_services(folder)


def of_the_instance(services: Mapping[str, str]) -> Mapping[str, str]:
    return {name: path for name, path in services.items() if name.partition(".")[0] == "it"}


@pytest.mark.parametrize(("type_", "parameter"), PARAMETERS, ids=lambda v: getattr(v, "name", v))
def test_a_parameter_changes_the_service_or_says_that_it_is_inert(
    derivations: Mapping[str, Mapping[str, str]], type_: str, parameter: Parameter
) -> None:
    before = of_the_instance(derivations[f"{words(type_, parameter)}-before"])
    after = of_the_instance(derivations[f"{words(type_, parameter)}-after"])
    assert before
    said_alone = bool(parameter.inert) or (type_, parameter.name) in CLAIMED
    assert (before == after) == said_alone


@pytest.mark.parametrize("type_", TYPES)
def test_nothing_but_the_parameter_makes_the_difference(
    derivations: Mapping[str, Mapping[str, str]], type_: str
) -> None:
    names = [
        words(type_, parameter)
        for t, parameter in PARAMETERS
        if t == type_ and (t, parameter.name) not in BESIDE
    ]
    assert len({str(derivations[f"{name}-before"]) for name in names}) <= 1
