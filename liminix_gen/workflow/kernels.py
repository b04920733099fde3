"""Why a kernel is compiled, what that costs, and how the next one need not be."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from liminix_gen.events import KernelNeeded, Listener
from liminix_gen.nix import events, kernels
from liminix_gen.nix.verbs import Nix
from liminix_gen.plan import Plan
from liminix_gen.plan.kernel import beyond_policy


@frozen
class Kernels:
    """Passes the events of a build on, with one for a kernel, and keeps the record of kernels."""

    plan: Plan
    record: Path
    nix: Nix
    listen: Listener

    def __call__(self, event: events.Event) -> None:
        """Take one event."""
        self.listen(event)
        match event:
            case events.Started(derivation=path) if kernels.is_kernel(path):
                self.listen(needed(self.plan, self.record, self.nix))
            case events.Finished(derivation=path, seconds=seconds) if kernels.is_kernel(path):
                kernels.add(self.record, self.plan.device.name, path, seconds, self.nix)
            case _:
                pass


def needed(plan: Plan, record: Path, nix: Nix) -> KernelNeeded:
    """Return what there is to say when a kernel has to be compiled."""
    device = plan.device.name
    last = next((one for one in reversed(kernels.load(record)) if one.device == device), None)
    return KernelNeeded(
        device=device,
        seconds=last.seconds if last else None,
        others=bool(kernels.of_device(record, device, nix)),
        policy=plan.kernel_modules,
        own=tuple(f"{one.name} ({one.asked[0]})" for one in beyond_policy(plan)),
    )
