"""The steps of a command, by the path of a configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liminix_gen.workflow import emit
from liminix_gen.workflow.load import load, planned
from liminix_gen.workflow.options import Options

if TYPE_CHECKING:
    from pathlib import Path

    from liminix_gen.plan import Plan


def load_plan(path: Path, **options: object) -> Plan:
    """Load and plan a configuration."""
    given = Options(**options)
    return planned(load(path, given), given).plan


def prepare(path: Path, **options: object) -> emit.Prepared:
    """Load, plan, lock and render a configuration."""
    given = Options(**options)
    return emit.prepare(load(path, given), given)
