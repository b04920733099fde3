"""A kernel for what is referred to, or one for every configuration of a board.

Service types declare what they may need of a kernel (`KERNEL`); every service is held against that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from liminix_gen import Service, System
from liminix_gen.catalog import Catalog
from liminix_gen.model.parameter import parameters_of
from liminix_gen.plan import Plan
from liminix_gen.plan.kernel import POLICY
from liminix_gen.plan.services import closure
from tests.support.evaluation import planned, rendered
from tests.support.services import Bench
from tests.unit.test_modules import TYPES

PROJECT = Path(__file__).parents[2]
CATALOG = Catalog.of()
BOARDS = sorted(CATALOG.devices)


def instances(type_: str) -> Iterator[Service]:
    """Build a service with what is required, and one more with each of its examples."""
    bench = Bench()
    yield bench.good(type_, **bench.required(type_))
    for parameter in parameters_of(CATALOG.service_type(type_)):
        _, arguments = bench.variants(type_, parameter)
        yield bench.good(type_, **arguments)


def refuse_undeclared(service: Service) -> None:
    """Fail if a service needs of the kernel what its type does not declare."""
    needs, declared = service.needs(), service.KERNEL
    symbols = {**declared.symbols, **dict.fromkeys(declared.on_request, "y")}
    assert needs.kernel_symbols.items() <= symbols.items(), service
    if not declared.from_parameters:
        known = {module.name: module.symbols for module in declared.modules}
        for module in needs.kernel_modules:
            assert module.symbols.items() <= known[module.name].items(), service


@pytest.mark.parametrize("type_", TYPES)
def test_what_a_service_needs_is_declared(type_: str) -> None:
    for service in instances(type_):
        refuse_undeclared(service)


@pytest.mark.parametrize("board", BOARDS)
def test_what_a_boards_interfaces_need_is_declared(board: str) -> None:
    ports = System(device=board).hardware.network_interfaces
    for service in closure(iter(ports.values())):
        refuse_undeclared(service)


@pytest.mark.parametrize("type_", TYPES)
def test_what_is_left_out_has_a_reason(type_: str) -> None:
    kernel = CATALOG.service_type(type_).KERNEL
    for symbol, reason in kernel.on_request.items():
        assert len(reason.split()) > 3, symbol
        assert symbol not in kernel.symbols
        page = (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")
        assert re.search(rf"^\| `{symbol}` \| .* \| {reason} \|$", page, re.MULTILINE)


def router(board: str, policy: str, root: str | None = None) -> System:
    """Describe a router with every service type that asks for something of the kernel."""
    system = System(device=board)
    system.kernel.modules = policy
    system.root = root
    system.state = "state"
    service, lan = system.service, system.hardware.network_interfaces["lan"]
    bridge = service.bridge.primary.build(ifname="int")
    system.services["ports"] = service.bridge.members.build(primary=bridge, members=[lan])
    system.services["guests"] = service.vlan.build(ifname="guests", primary=bridge, vid=7)
    system.services["firewall"] = service.firewall.build(zones={"lan": [bridge]})
    return system


def symbols(plan: Plan) -> Mapping[str, str]:
    return {symbol.name: symbol.value for symbol in plan.symbols}


@pytest.mark.parametrize("board", BOARDS)
def test_all_is_one_kernel_for_every_configuration_and_root(board: str) -> None:
    bare = System(device=board)
    bare.kernel.modules = "all"
    every = symbols(planned(bare))
    for root in bare.device.roots:
        assert symbols(planned(router(board, "all", root))) == every
    assert symbols(planned(router(board, "referenced"))).items() <= every.items() | {
        (name, "m") for name, value in every.items() if value == "y"
    }


@pytest.mark.parametrize("board", BOARDS)
def test_all_is_the_boards_own_radios_too(board: str) -> None:
    system = System(device=board)
    system.kernel.modules = "all"
    every = symbols(planned(system))
    for service in closure(iter(system.hardware.network_interfaces.values())):
        for module in service.needs().kernel_modules:
            assert module.symbols.keys() <= every.keys()


def test_what_has_a_risk_comes_when_it_is_asked_for() -> None:
    system = System(device="qemu-mipsel")
    system.kernel.modules = "all"
    assert "KEXEC" not in symbols(planned(system))
    system.services["kexec"] = system.service.kexec.build()
    plan = planned(system)
    assert symbols(plan)["KEXEC"] == "y"
    (kexec,) = (symbol for symbol in plan.symbols if symbol.name == "KEXEC")
    assert [asked.by for asked in kexec.asked] == ["kexec"]


def test_the_users_own_word_counts_more_than_the_policy() -> None:
    system = System(device="qemu-mipsel")
    system.kernel.modules = "all"
    system.kernel.config["NF_LOG_SYSLOG"] = "n"
    system.kernel.config["VLAN_8021Q"] = "y"
    found = symbols(planned(system))
    assert (found["NF_LOG_SYSLOG"], found["VLAN_8021Q"]) == ("n", "y")


def test_the_manifest_names_the_line_of_the_policy() -> None:
    system = System(device="qemu-mipsel")
    system.kernel.modules = "all"
    where = system.kernel.where_of("modules")
    (vlan,) = (symbol for symbol in planned(system).symbols if symbol.name == "VLAN_8021Q")
    assert [(asked.by, asked.where) for asked in vlan.asked] == [(POLICY, where)]


@pytest.mark.parametrize("value", ["everything", None, ["all"]])
def test_another_policy_is_a_mistake(value: object) -> None:
    system = System(device="qemu-mipsel")
    system.kernel.modules = value  # type: ignore[assignment]
    (problem,) = system.problems.found
    assert problem.what.startswith("config.kernel.modules must be one of 'referenced', 'all'")


# With what its build is written in.
PREINIT = ("lib/kernel/preinit", "lib/python/cut_section_headers.py", "lib/python/elf.py")


@pytest.mark.parametrize("board", BOARDS)
def test_the_root_is_the_same_but_for_the_modules_themselves(board: str) -> None:
    """The trees differ in the kernel that system.nix asks for, and in the manifest that tells it."""
    trees = [rendered(router(board, policy)) for policy in ("referenced", "all")]
    common = trees[0].keys() & trees[1].keys()
    differing = {path for path in common if trees[0][path] != trees[1][path]}
    assert differing <= {"manifest.json", "system.nix"}
    # A kernel of every service has an initramfs, perhaps.
    beside = (trees[0].keys() | trees[1].keys()) - common
    assert all(path.startswith(PREINIT) for path in beside)
    rest = [tree["system.nix"].partition(b"\n  services = ")[2] for tree in trees]
    assert rest[0]
    assert rest[0] == rest[1]
