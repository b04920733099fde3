"""Kernel modules: what loads them, and for whom."""

from __future__ import annotations

from liminix_gen.model.kernel import Asked
from liminix_gen.plan.requests import Asks, Loader
from liminix_gen.plan.value import PlannedLoader


def planned_loaders(asks: Asks[Loader]) -> tuple[PlannedLoader, ...]:
    """Return the loaders of kernel modules by name, each for all services of its type."""
    modules: dict[str, set[str]] = {}
    needs: dict[str, dict[str, None]] = {}
    askers: dict[str, dict[Asked, None]] = {}
    for loader, who in asks:
        modules.setdefault(loader.name, set()).update(module.name for module in loader.modules)
        needs.setdefault(loader.name, {}).update(dict.fromkeys(loader.needs))
        askers.setdefault(loader.name, {})[who] = None
    return tuple(
        PlannedLoader(
            name=name,
            modules=tuple(sorted(modules[name])),
            needs=tuple(needs[name]),
            asked=tuple(askers[name]),
        )
        for name in sorted(modules)
    )
