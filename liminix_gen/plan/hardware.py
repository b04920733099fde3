"""What a board has of hardware, and which of it a configuration drives."""

from __future__ import annotations

from collections.abc import Iterable

from liminix_gen.config import System
from liminix_gen.model.service import Service
from liminix_gen.plan.services import closure
from liminix_gen.plan.value import PlannedHardware


def planned_hardware(system: System, reached: Iterable[Service]) -> PlannedHardware | None:
    """Return what the kernel is held against; None for a board without a device tree.

    What a driver of the board is for must be driven if the image has that driver, and cannot be if
    it does not.
    """
    device = system.device
    if device.kernel.device_tree is None:
        return None
    reached = set(reached)
    drivers = {
        service: definition.needs.drives
        for service, definition in closure(system.hardware.network_interfaces.values()).items()
    }
    held = {what for service, drives in drivers.items() if service in reached for what in drives}
    every = {what for drives in drivers.values() for what in drives}
    chips = {what for what in held if not what.startswith("of:")}
    return PlannedHardware(
        attached=tuple(sorted(chips.union(device.attached))),
        left_out=tuple(sorted(every - held)),
    )
