"""Runs an image in QEMU: a check that ends by itself, or the user's terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from attrs import frozen

from liminix_gen import process
from liminix_gen.errors import Problem, RunError
from liminix_gen.qemu import machines
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Isolated, Network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from liminix_gen.model.device import Qemu

HOW_TO_LEAVE = "Ctrl-A x leaves QEMU at once; poweroff, in a shell, shuts the router down first."
TIMEOUT_S = 120.0
ISOLATED = (Isolated(), Isolated())


@frozen(kw_only=True)
class Checked:
    """A boot that came up and went down in order; times in seconds on this machine's clock."""

    ready_s: float
    power_off_s: float
    message: str


def check(
    machine: Qemu,
    vmroot: machines.VmRoot,
    *,
    networks: Sequence[Network] = ISOLATED,
    state: Path | None = None,
    timeout_s: float = TIMEOUT_S,
    log: Path | None = None,
    listener: Callable[[str], object] | None = None,
) -> Checked:
    """Boot, wait until all services are ready, power off in order; what reboots has failed.

    Raises RunError with the console's last lines when that does not happen in time.
    """
    command = machines.command(machine, vmroot, networks, state=state)
    with Loop() as loop:
        began = time.monotonic()
        with Guest(command, loop, log=log, listener=listener) as guest:
            message = guest.wait_until_ready(timeout_s)
            ready = time.monotonic()
            guest.power_off(timeout_s)
            ended = time.monotonic()
    return Checked(ready_s=ready - began, power_off_s=ended - ready, message=message)


def interactive(
    machine: Qemu,
    vmroot: machines.VmRoot,
    *,
    networks: Sequence[Network] = ISOLATED,
    state: Path | None = None,
) -> None:
    """Give the user's terminal to the guest's console until QEMU ends.

    A guest whose root can be written reboots as often as it likes.
    """
    command = machines.command(
        machine,
        vmroot,
        networks,
        terminal=machines.Terminal.USER,
        state=state,
        reboots=vmroot.writable,
    )
    code = process.interactive(command)
    if code != 0:
        what = f"{machine.executable} ended with exit code {code}"
        raise RunError(Problem(None, what))
