"""From a System to a Plan: the immutable, ordered, pruned value of all that an image holds."""

from __future__ import annotations

from liminix_gen.plan.make import plan
from liminix_gen.plan.value import (
    OutputRef,
    Plan,
    PlannedFile,
    PlannedLoader,
    PlannedPackage,
    PlannedService,
    PlannedSymbol,
    Pruned,
    ServiceRef,
)

__all__ = [
    "OutputRef",
    "Plan",
    "PlannedFile",
    "PlannedLoader",
    "PlannedPackage",
    "PlannedService",
    "PlannedSymbol",
    "Pruned",
    "ServiceRef",
    "plan",
]
