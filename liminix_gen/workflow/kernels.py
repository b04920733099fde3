"""Why a kernel is compiled, what that costs, and how the next one need not be."""

from __future__ import annotations

from pathlib import Path

from attrs import define, field

from liminix_gen import text
from liminix_gen.events import KernelNeeded, Listener, Remarked
from liminix_gen.nix import events, kernels
from liminix_gen.nix.objects import Objects
from liminix_gen.nix.verbs import Nix
from liminix_gen.plan import Plan
from liminix_gen.plan.kernel import beyond_policy

_WORTH_TELLING_S = 60.0
_LONGEST = 3


@define
class Kernels:
    """Passes the events of a build on, with one for a kernel, and keeps the record of kernels."""

    plan: Plan
    record: Path
    nix: Nix
    listen: Listener
    _builders: Path | None = None
    _took: dict[str, float] = field(factory=dict[str, float], init=False)

    def __call__(self, event: events.Event) -> None:
        """Take one event."""
        self.listen(event)
        match event:
            case events.Started(derivation=path) if kernels.is_kernel(path):
                self.listen(needed(self.plan, path, self.record, self.nix, self._builders))
            case events.Working(folder=folder):
                self._builders = folder
            case events.Finished(derivation=path, seconds=seconds):
                self._took[events.derivation_name(path)] = seconds
                if kernels.is_kernel(path):
                    kernels.add(self.record, self.plan.device.name, path, seconds, self.nix)
            case _:
                pass

    def remark(self) -> None:
        """Say where the time went, if it was more than a minute."""
        longest = sorted(self._took.items(), key=lambda one: -one[1])[:_LONGEST]
        if sum(self._took.values()) > _WORTH_TELLING_S:
            shown = ", ".join(f"{name} {text.seconds(seconds)}" for name, seconds in longest)
            self.listen(Remarked(word="time", text=shown))


def needed(
    plan: Plan, path: str, record: Path, nix: Nix, builders: Path | None = None
) -> KernelNeeded:
    """Return what there is to say when a kernel has to be compiled.

    ``path`` is that of its derivation, whose builder works in a folder of ``builders``.
    """
    device = plan.device.name
    last = next((one for one in reversed(kernels.load(record)) if one.device == device), None)
    return KernelNeeded(
        device=device,
        derivation=path,
        seconds=last.seconds if last else None,
        others=bool(kernels.of_device(record, device, nix)),
        policy=plan.kernel_modules,
        own=tuple(f"{one.name} ({one.asked[0]})" for one in beyond_policy(plan)),
        objects=Objects.of(record, device, path, builders),
    )
