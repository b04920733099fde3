"""Whose line an evaluation error goes back to: from an emitted tree to the user's file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve

from liminix_gen.errors import Problem
from liminix_gen.model.kernel import Asked
from liminix_gen.nix.events import Complaint
from liminix_gen.nix.failures import ExpressionError, evaluation_problem, places_in
from liminix_gen.nix.sources import Sources
from liminix_gen.plan import Plan

# The derivation of a service's directory, in the text of a step; or what
# lib/services/service.nix throws.
_SERVICE = re.compile(r"derivation 'service-([^']+)'|service `([^`]+)`")
# An entry of `services` or `files` in system.nix, as system.py writes it.
_ENTRY = re.compile(r'    ("(?:[^"\\]|\\.)*"|[A-Za-z_][\w\'-]*) = ')


def placed(
    error: ExpressionError, plan: Plan, tree: Path, *, whole: bool, is_kept: bool = True
) -> ExpressionError:
    """Return the error with the user's lines; ``whole``: with every step of the evaluation.

    A file of the user's own is named as it is; another one as it is in the tree, or, if that is not
    kept, by its path there.
    """
    if not error.complaints:
        return error
    sources = Sources.of(plan, {})
    tops = "|".join(re.escape(str(top)) for top in (tree, tree.resolve()))
    path = re.compile(rf"(?:{tops})/([^\s:'\"]+)")

    def named(match: re.Match[str]) -> str:
        return str(sources.users_file(match[1]) or match[0 if is_kept else 1])

    found = (_problem(one, plan, tree, whole=whole) for one in error.complaints)
    problems = [
        evolve(one, what=path.sub(named, one.what), why=path.sub(named, one.why)) for one in found
    ]
    return ExpressionError(problems, error.complaints)


def _problem(complaint: Complaint, plan: Plan, tree: Path, *, whole: bool) -> Problem:
    asked = _asked(complaint, plan, tree)
    if asked is None:
        return evaluation_problem(complaint, tree, whole=whole)
    return evaluation_problem(complaint, tree, by=asked.by, where=asked.where, whole=whole)


def _asked(complaint: Complaint, plan: Plan, tree: Path) -> Asked | None:
    """Return who asked for the service, or the entry of system.nix, that could not be evaluated."""
    askers = dict(_askers(plan))
    for text in (complaint.text, *(step.text for step in complaint.trace)):
        match = _SERVICE.search(text)
        if match and (asked := askers.get(match[1] or match[2])):
            return asked
    system = tree.resolve() / "system.nix"
    for place in places_in(tree, complaint):
        if Path(place.file) == system:
            name = _entry(system.read_text(encoding="utf-8"), place.line)
            if asked := askers.get(name):
                return asked
    return None


def _entry(text: str, line: int) -> str:
    """Return the name of the last entry that begins at a line or above it."""
    for above in reversed(text.split("\n")[:line]):
        if match := _ENTRY.match(above):
            name = match[1]
            return str(json.loads(name)) if name.startswith('"') else name
    return ""


def _askers(plan: Plan) -> Iterator[tuple[str, Asked]]:
    for planned in plan.files:
        yield planned.file.path, planned.asked
    for loader in plan.loaders:
        yield loader.name, loader.asked[0]
    for service in plan.services:
        yield service.name, service.asked
