"""Which of Debian's architectures a board is, and what stands against Debian's packages for it."""

from __future__ import annotations

import shutil

from liminix_gen.debian.architectures import ARCHITECTURES
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.errors import ConfigurationError
from liminix_gen.model.device import Device


def architecture_of(device: Device) -> str:
    """Return Debian's name of a board's architecture. Raises ConfigurationError."""
    found = known(device)
    if found is None:
        raise ConfigurationError(f"Debian has no packages for the device {device.name}")
    return found


def known(device: Device) -> str | None:
    """Return Debian's name of a board's architecture; None if Debian cannot serve the board."""
    if device.kernel.source not in DEBIAN.kernels:
        return None
    processor = _processor(device)
    return next((one.name for one in ARCHITECTURES.values() if one.processor == processor), None)


def obstacle(device: Device) -> str | None:
    """Return why Debian's packages cannot make an image for the board; None if they can."""
    if device.kernel.source not in DEBIAN.kernels:
        return f"the board needs the kernel {device.kernel.source}, which Debian does not have"
    if known(device) is None:
        return f"Debian has no packages for {_processor(device)}"
    if shutil.which("apt-get") is None:
        return "this machine does not have apt-get, so it is not a Debian machine"
    return None


def _processor(device: Device) -> str:
    return device.cross.config.partition("-")[0]
