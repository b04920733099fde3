"""A wan without a lease holds nothing up: the check of a boot ends well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liminix_gen.qemu import run
from tests.support.router import TIMEOUT_S

if TYPE_CHECKING:
    from pathlib import Path

    from liminix_gen.model.device import Qemu
    from liminix_gen.qemu.machines import VmRoot


def test_the_check_ends_without_a_lease(
    machine: Qemu, vmroot: VmRoot, state: Path, tmp_path: Path
) -> None:
    log = tmp_path / "console.log"
    checked = run.check(machine, vmroot, state=state, timeout_s=TIMEOUT_S, log=log)
    assert checked.ready_s < TIMEOUT_S
    assert checked.message.startswith("liminix-gen: all services ready")
    # What is sent to nobody is sent all the same.
    assert "NETDEV WATCHDOG" not in log.read_text(encoding="utf-8", errors="replace")
