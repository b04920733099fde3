"""What a board has of hardware, and which of it a configuration drives."""

from __future__ import annotations

from collections.abc import Iterable

from liminix_gen.definitions import Definition
from liminix_gen.model.device import Device
from liminix_gen.plan.value import PlannedHardware


def planned_hardware(
    device: Device, reached: Iterable[Definition], left: Iterable[Definition]
) -> PlannedHardware | None:
    """Return what the kernel is held against; None for a board without a device tree.

    The definitions are of services that are in the image, and of those that are not. What a driver
    is for must be driven if the image has that driver, and cannot be if it does not.
    """
    if device.kernel.device_tree is None:
        return None
    held = {what for one in reached for what in one.needs.drives}
    others = {what for one in left for what in one.needs.drives}
    chips = {what for what in held if not what.startswith("of:")}
    return PlannedHardware(
        attached=tuple(sorted(chips.union(device.attached))),
        left_out=tuple(sorted(others - held)),
    )
