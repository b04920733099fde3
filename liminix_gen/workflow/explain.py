"""A failed build in the user's words, if the builder said what it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from liminix_gen.catalog import line_of
from liminix_gen.errors import BuildError, Problem, Where
from liminix_gen.kconfig.audit import KernelAuditError, lost_symbols
from liminix_gen.kconfig.hardware import HardwareError, advised, undriven
from liminix_gen.nix.failures import DerivationError, Failure
from liminix_gen.plan import Plan

# The check of a service's part writes such a line: the service type, and what is wrong.
_REFUSED = re.compile(r"liminix-gen-refused: (\S+) (.*)")


def explained(
    error: DerivationError, plan: Plan, sources: Callable[[], str] = lambda: ""
) -> BuildError:
    """Say a failure in the user's words, if the builder said what it is about.

    ``sources`` says which symbols of the kernel make which drivers; it may take a while.
    """
    askers = {symbol.name: [str(asked) for asked in symbol.asked] for symbol in plan.symbols}
    for failure in error.failures:
        symbols = lost_symbols(failure.lines, askers)
        if symbols:
            return KernelAuditError(symbols, f"nix-store --read-log {failure.derivation}")
        if hardware := undriven(failure.lines):
            log = f"nix-store --read-log {failure.derivation}"
            return HardwareError(advised(hardware, sources()), _board(plan), log)
    refusals = [problem for failure in error.failures for problem in _refusals(failure, plan)]
    return BuildError(*refusals) if refusals else error


def _board(plan: Plan) -> Where:
    """Return where the board's file says what is not driven, or begins to describe it."""
    file = (plan.device.folder or Path()) / "device.py"
    return Where(file, line_of(file, r"\bundriven\b|^device\b"))


def _refusals(failure: Failure, plan: Plan) -> Iterator[Problem]:
    """Yield what the build of a service's part refused, with the line of a service of its type."""
    askers = {service.asked.by: service.asked.where for service in plan.services}
    for line in failure.lines:
        if match := _REFUSED.fullmatch(line):
            hint = f"full log: nix-store --read-log {failure.derivation}"
            yield Problem(
                askers.get(match[1]), f"{match[1]}: {match[2]}", hint=hint, kind="service-check"
            )
