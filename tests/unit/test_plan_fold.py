"""A plan is the merge of what each reached service asks: it changes nothing, and prunes by law."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liminix_gen import Claim, Service, System, definitions
from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.definitions import Definition
from liminix_gen.errors import ConfigurationError
from liminix_gen.model.kernel import Asked
from liminix_gen.nixpkgs.package_set import NIXPKGS
from liminix_gen.plan import plan, services
from liminix_gen.plan.requests import Claimed, Package, Requests

EXAMPLES = Path(__file__).parents[2] / "examples"
COUNT = 6
# Each service refers to earlier ones: nothing else can be written.
REFERENCES = st.tuples(
    *(st.sets(st.integers(0, number - 1) if number else st.nothing()) for number in range(COUNT))
)
ROOTS = st.sets(st.integers(0, COUNT - 1))


def described(references: tuple[set[int], ...], roots: set[int]) -> System:
    """Describe a system of links that refer to others; those of ``roots`` are in its services."""
    system = System(device="qemu-mipsel")
    made: list[Service] = []
    for number, others in enumerate(references):
        needed = [made[other] for other in sorted(others)]
        made.append(system.service.network.link.build(ifname=f"p{number}", dependencies=needed))
    for number in sorted(roots):
        system.services[f"link.p{number}"] = made[number]
    return system


def kept_and_pruned(system: System) -> tuple[set[str], set[str]]:
    made = plan(system, NIXPKGS)
    assert len({one.what for one in made.pruned}) == len(made.pruned)
    kept = {f"service {one.name}" for one in made.services if one.name.startswith("link.p")}
    return kept, {one.what for one in made.pruned if one.what.startswith("service link.p")}


@given(REFERENCES, ROOTS)
@settings(max_examples=40, deadline=None)
def test_what_is_reached_is_kept_and_the_rest_is_pruned(
    references: tuple[set[int], ...], roots: set[int]
) -> None:
    reached = set(roots)
    for number in reversed(range(COUNT)):
        reached |= references[number] if number in reached else set()
    every = set(range(COUNT))
    kept, pruned = kept_and_pruned(described(references, roots))
    assert kept == {f"service link.p{number}" for number in reached}
    assert pruned == {f"service link.p{number}" for number in every - reached}
    # Once more, of what was kept: nothing is left to prune.
    assert kept_and_pruned(described(references, reached))[0] == kept


@given(REFERENCES, ROOTS, st.integers(0, COUNT - 1))
@settings(max_examples=40, deadline=None)
def test_pruning_is_monotone(references: tuple[set[int], ...], roots: set[int], more: int) -> None:
    fewer = kept_and_pruned(described(references, roots))
    others = kept_and_pruned(described(references, {*roots, more}))
    assert fewer[0] <= others[0]
    assert fewer[1] >= others[1]


def test_what_is_in_the_image_was_not_pruned() -> None:
    """A symbol that a service left out asks for, and the image has all the same."""
    system = System(device="belkin-rt3200")
    system.kernel.modules = "all"
    made = plan(system, NIXPKGS)
    pruned = {one.what for one in made.pruned}
    assert "service driver.mt7615e" in pruned
    assert not pruned & {f"symbol {symbol.name}" for symbol in made.symbols}


def state(system: System) -> object:
    """Return all that planning could change."""
    tables = (system.services, system.users, system.groups, system.files, system.sysctl)
    return copy.deepcopy(
        (
            [(id(one), sorted(vars(one))) for one in system.types.built],
            [list(map(str, table.items())) for table in tables],
            dict(system.kernel.config),
            [str(problem) for problem in system.problems.found],
            sorted(vars(system)),
        )
    )


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
@pytest.mark.parametrize("package_set", [DEBIAN, NIXPKGS], ids=lambda one: one.name)
def test_a_plan_changes_nothing(example: Path, package_set: object) -> None:
    """Twice the same system gives the same plan, and so does a second look at the file."""
    system = load(example, Catalog.of())
    before = state(system)
    first = plan(system, package_set)
    assert state(system) == before
    assert plan(system, package_set) == first
    assert plan(load(example, Catalog.of()), package_set) == first


def test_a_plan_that_is_refused_changes_nothing_either() -> None:
    system = System(device="qemu-mipsel")
    system.services["a"] = system.service.vlan.build(
        ifname="lan", primary=system.hardware.network_interfaces["lan"], vid=2
    )
    before = state(system)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="only one can have the interface lan"):
            plan(system, NIXPKGS)
        assert state(system) == before


def test_each_service_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says may take long to find out: it is asked for parts() and needs() no more than once."""
    asked: list[Service] = []

    def definition_of(service: Service) -> Definition:
        asked.append(service)
        return definitions.definition_of(service)

    monkeypatch.setattr(services, "definition_of", definition_of)
    made = plan(load(EXAMPLES / "hello.py", Catalog.of()), NIXPKGS)
    assert made.pruned
    assert len(asked) == len(set(asked)) > 5


def some(name: str) -> Requests:
    asked = Asked(by=name)
    claim = Claim(words=(name,), text=name)
    return Requests(packages=((Package(name), asked),), claims=(Claimed(claim, asked),))


def test_requests_merge_in_any_grouping() -> None:
    first, second, third = map(some, "abc")
    whole = Requests.merged((first, second, third))
    assert whole == Requests.merged((Requests.merged((first, second)), third))
    assert whole == Requests.merged((first, Requests.merged((second, third))))
    assert first == Requests.merged((Requests(), first, Requests()))
    assert [package.name for package, _ in whole.packages] == ["a", "b", "c"]
