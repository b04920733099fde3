"""What works once works often: boots, restarts and deaths, many times over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from liminix_gen.qemu import run
from liminix_gen.qemu.state import make_disk
from tests.support.router import TIMEOUT_S

if TYPE_CHECKING:
    from pathlib import Path

    from liminix_gen.model.device import Qemu
    from liminix_gen.qemu.machines import VmRoot
    from liminix_gen.qemu.state import make_disk
from tests.support.router import Router

pytestmark = pytest.mark.boot


def test_the_loader_restarts_thirty_times(router: Router) -> None:
    for _ in range(30):
        router.check("services restart modules.firewall", TIMEOUT_S)
        router.wait_until_ready()
    assert "masquerade" in router.check("nft list ruleset")


def test_a_daemon_dies_ten_times_in_a_row(router: Router) -> None:
    for _ in range(10):
        before = router.pid("dns")
        router.check(f"kill -9 {before}")
        router.check(
            f"while [ $(s6-svstat -o pid /run/service/dns) = {before} ]; do sleep 0.1; done"
        )
        # The pauses grow; it is never given up.
        router.wait_for_state("dns", "ready")


def test_restarts_that_overlap_end_in_order(router: Router) -> None:
    for _ in range(10):
        for name in ("lan", "modules.firewall", "top"):
            router.check(f"services restart -t {TIMEOUT_S:.0f} {name} >/dev/null 2>&1 &")
        router.wait_for_state("bottom", "ready")
    router.wait_for_state("dns", "ready")
    router.wait_until_ready()
    states = router.services().values()
    assert not [one for one in states if one.state == "failed"]


def test_it_boots_ten_times(machine: Qemu, vmroot: VmRoot, tmp_path: Path) -> None:
    state = tmp_path / "disk"
    make_disk(state, "state")
    for _ in range(10):
        run.check(machine, vmroot, state=state, timeout_s=TIMEOUT_S)
