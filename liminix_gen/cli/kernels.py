"""Tells why a kernel is compiled, what that costs, and how the next one need not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from liminix_gen.cli import text
from liminix_gen.nix import events, kernels
from liminix_gen.nix.build import Evaluated
from liminix_gen.plan.kernel import POLICY, beyond_policy

if TYPE_CHECKING:
    from liminix_gen.cli.story import Story
    from liminix_gen.plan import Plan

_SHOWN = 4


@frozen
class Kernels:
    """Listens to a build, and keeps the record of kernels."""

    story: Story
    plan: Plan
    record: Path
    env: Mapping[str, str]

    def __call__(self, event: events.Event | Evaluated) -> None:
        """Take one event."""
        match event:
            case events.Started(derivation=path) if kernels.is_kernel(path):
                for word, what in told(self.plan, self.record, self.env):
                    self.story.step(word, what)
            case events.Finished(derivation=path, seconds=seconds) if kernels.is_kernel(path):
                kernels.add(self.record, self.plan.device.name, path, seconds, self.env)
            case _:
                pass


def told(plan: Plan, record: Path, env: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what there is to say when a kernel has to be compiled."""
    device = plan.device.name
    last = next((one for one in reversed(kernels.load(record)) if one.device == device), None)
    cost = f"about {text.seconds(last.seconds)}, as the last one here" if last else "some minutes"
    others = kernels.of_device(record, device, env)
    if not others:
        yield "kernel", f"it has to be compiled: {cost}"
        return
    none = f"none of {device} in the store has these symbols, source and tools"
    yield "kernel", f"{none}: it is compiled, {cost}"
    own = beyond_policy(plan)
    if plan.kernel_modules == "referenced":
        yield "hint", f"{POLICY} makes one kernel for every configuration of {device}"
    elif own:
        names = ", ".join(f"{one.name} ({one.asked[0]})" for one in own[:_SHOWN])
        more = f" and {len(own) - _SHOWN} more" if len(own) > _SHOWN else ""
        yield "hint", f"what makes this kernel one of its own: {names}{more}"
