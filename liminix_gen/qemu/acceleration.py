"""How QEMU runs a guest: on this machine's own processor (KVM), or by translating its programs."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from liminix_gen.model.device import Qemu

TRANSLATED = "tcg"
# If the kernel gives the device and no virtual machine, QEMU says so and translates.
_OWN = f"kvm:{TRANSLATED}"
# Intel's and AMD's flags of /proc/cpuinfo. There are machines with the device and without these:
# KVM runs guests that are made for it there (PVM), and all others far slower than QEMU itself.
_VIRTUALIZES = re.compile(r"^flags\s*:.*\b(vmx|svm)\b", re.MULTILINE)


@frozen(kw_only=True)
class Host:
    """What of the machine that QEMU runs on says whether it has KVM."""

    processor: str  # uname -m
    device: Path = Path("/dev/kvm")
    flags: Path = Path("/proc/cpuinfo")

    @classmethod
    def this(cls) -> Host:
        """Return this machine."""
        return cls(processor=platform.machine())

    def virtualizes(self) -> bool:
        """Say whether there is a KVM for any guest of the same processor."""
        return self.device.exists() and bool(_VIRTUALIZES.search(self.flags.read_text()))


@frozen(kw_only=True)
class Acceleration:
    """The accelerators to try (property accel of qemu(1)'s -machine), and what the user can do."""

    accelerators: str
    notice: str | None = None


def choose(machine: Qemu, host: Host | None = None) -> Acceleration:
    """Return how a machine runs on a host; None is this one."""
    host = host or Host.this()
    if machine.kvm_host != host.processor or not host.virtualizes():
        return Acceleration(accelerators=TRANSLATED)
    if os.access(host.device, os.R_OK | os.W_OK):
        return Acceleration(accelerators=_OWN)
    notice = (
        f"no permission to open {host.device}: the guest runs many times slower without KVM; "
        "`sudo usermod -aG kvm $USER` and a new login give it"
    )
    return Acceleration(accelerators=TRANSLATED, notice=notice)
