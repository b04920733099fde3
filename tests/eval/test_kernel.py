"""What derivations depend on: the kernel on symbols and their values, nothing on line numbers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from pynixutil import drvparse

from liminix_gen import System
from liminix_gen.catalog import Catalog
from tests.support.emission import HELLO, emitted, instantiated, prepared
from tests.support.evaluation import evaluate_trees, planned, rendered, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from liminix_gen.plan import Plan

OUTPUTS = ("kernel", "outputs.squashfs", "outputs.vmroot", "outputs.default")
VLAN = """
guests = service.vlan.build(
    ifname="guests", primary=config.hardware.network_interfaces["lan"], vid=7
)
config.services["guests"] = guests
"""


def derivations(text: str, folder: Path) -> Mapping[str, str]:
    return instantiated(emitted(text, folder), *OUTPUTS)


@pytest.fixture(scope="module")
def hello(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return derivations(HELLO, tmp_path_factory.mktemp("hello"))


def askers(tree: Path) -> str:
    manifest = json.loads((tree / "manifest.json").read_text())
    (index,) = manifest["services"]["dns"]
    return str(manifest["askers"][index])


def test_lines_that_move_change_no_derivation(hello: Mapping[str, str], tmp_path: Path) -> None:
    here, below = emitted(HELLO, tmp_path / "a"), emitted(f"\n{HELLO}", tmp_path / "b")
    assert instantiated(here, *OUTPUTS) == hello
    assert instantiated(below, *OUTPUTS) == hello
    assert askers(here) != askers(below)


def test_a_userland_edit_leaves_the_kernel(hello: Mapping[str, str], tmp_path: Path) -> None:
    edited = derivations(HELLO.replace("192.168.19.250", "192.168.19.200"), tmp_path)
    assert edited["kernel"] == hello["kernel"]
    assert edited["outputs.vmroot"] != hello["outputs.vmroot"]
    assert edited["outputs.squashfs"] != hello["outputs.squashfs"]


@pytest.mark.parametrize(
    "more",
    [VLAN, 'config.kernel.config["WIREGUARD"] = "y"\n'],
    ids=["a service with a kernel module", "a symbol of the user's"],
)
def test_a_symbol_more_is_another_kernel(
    hello: Mapping[str, str], tmp_path: Path, more: str
) -> None:
    assert derivations(HELLO + more, tmp_path)["kernel"] != hello["kernel"]


def test_a_service_without_kernel_modules_leaves_the_kernel(
    hello: Mapping[str, str], tmp_path: Path
) -> None:
    more = 'config.services["forward"] = service.network.forward.build()\n'
    edited = derivations(HELLO + more, tmp_path)
    assert edited["kernel"] == hello["kernel"]
    assert edited["outputs.vmroot"] != hello["outputs.vmroot"]


def test_a_service_that_nobody_refers_to_changes_nothing(
    hello: Mapping[str, str], tmp_path: Path
) -> None:
    left = VLAN.replace('config.services["guests"] = guests\n', "")
    assert left != VLAN
    assert derivations(HELLO + left, tmp_path) == hello


def symbols_of(plan_: Plan) -> str:
    return "".join(f"{symbol.name}={symbol.value}\n" for symbol in plan_.symbols)


def test_the_kernel_derivation_holds_the_symbols_of_the_plan(tmp_path: Path) -> None:
    ready = prepared(HELLO + VLAN, tmp_path)
    tree = unpack(ready.tree, tmp_path / "tree")
    path = instantiated(tree, "kernel")["kernel"]
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        text = file.read()
    kernel = drvparse(text)
    assert kernel.env["symbols"] == symbols_of(ready.plan)
    assert "VLAN_8021Q=m\n" in kernel.env["symbols"]
    assert kernel.env["architecture"] == "mips"
    # Who asked is in the manifest alone; the squashfs and the services are no inputs.
    own = r"(kernel-(explain|values)|match_tables)\.py"
    assert ".py" not in re.sub(own, "", text)
    inputs = {drv.partition("-")[2].partition("-")[0] for drv in kernel.input_drvs}
    assert inputs == {"linux", "preinit"}


@pytest.mark.parametrize("board", sorted(Catalog.of().devices))
def test_every_board_gives_its_symbols_to_its_kernel(tmp_path: Path, board: str) -> None:
    system = System(device=board)
    unpack(rendered(system), tmp_path / "trees" / board)
    found = evaluate_trees(tmp_path / "trees")[board]["symbols"]
    assert found == symbols_of(planned(System(device=board)))
